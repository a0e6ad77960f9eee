import type { Aws } from '../contracts/aws.ts'

/** The object that an address names: `s3://bucket/key`, a URL by host name or by path, of AWS or of this cloud. Undefined for any other text. */
export function objectAt(address: string): { Bucket: string, Key: string } | undefined {
  if (!URL.canParse(address)) return undefined
  const url = new URL(address)
  const key = decodeURIComponent(url.pathname.slice(1))
  if (url.protocol === 's3:') return { Bucket: url.hostname, Key: key }
  const hosted = /^(.+)\.s3[.-]/.exec(url.hostname)
  if (hosted) return { Bucket: hosted[1]!, Key: key }
  const slash = key.indexOf('/')
  return slash > 0 ? { Bucket: key.slice(0, slash), Key: key.slice(slash + 1) } : undefined
}

interface Named { Bucket: string, Key: string, VersionId?: string }

/** All bytes of an object, read with the rights of whoever `aws` acts for. Throws S3's errors; `tooLarge` is called with the size of one beyond the bound. */
export async function objectBytes(aws: Pick<Aws, 's3'>, named: Named, bound?: { maxBytes: number, tooLarge: (bytes: number) => Error }): Promise<Buffer> {
  const { Body, ContentLength = 0 } = await aws.s3.GetObject(named)
  if (bound && ContentLength > bound.maxBytes) throw bound.tooLarge(ContentLength)
  const chunks: Uint8Array[] = []
  for await (const chunk of Body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk)
  return Buffer.concat(chunks)
}
