/** A browser's request for a page of another origin, at a place whose owner says who may: an S3 bucket. */
export interface CrossOriginRequest {
  bucket: string
  /** Empty for the bucket itself. */
  key: string
  origin: string
  /** The method of the request, or the one that a preflight asks for. */
  method: string
  /** The headers that a preflight asks for; none for a request itself. */
  requestHeaders: string[]
}

/** The headers that the answer bears. `refusal`: the answer to a preflight that is not granted; a request itself is then answered without the headers. */
export interface CrossOriginAnswer { headers: Record<string, string>, refusal?: Error }
