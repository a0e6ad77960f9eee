import { BadRequestException, type Repo } from '../state.ts'

/** The text of something that a request gives as text, or as an address in S3 that the caller may read; undefined where it gives neither. */
export async function givenText(repo: Repo, what: string, body: string | undefined, address: string | undefined): Promise<string | undefined> {
  if (body !== undefined && address !== undefined) throw new BadRequestException(`Specify only one of ${what}Body or ${what}Url.`)
  if (address === undefined) return body
  const place = URL.canParse(address) ? bucketAndKey(new URL(address)) : undefined
  if (!place) throw new BadRequestException(`The ${what}Url ${address} is not an address in S3.`)
  try {
    const { Body } = await repo.aws.s3.GetObject(place)
    const chunks: Uint8Array[] = []
    for await (const chunk of Body as unknown as AsyncIterable<Uint8Array>) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  } catch (error) {
    throw new BadRequestException(`Failed to copy S3 object. ${(error as Error).message} bucket=${place.Bucket}, key=${place.Key}`)
  }
}

function bucketAndKey(url: URL): { Bucket: string, Key: string } | undefined {
  const key = decodeURIComponent(url.pathname.slice(1))
  if (url.protocol === 's3:') return { Bucket: url.hostname, Key: key }
  const hosted = /^(.+)\.s3[.-]/.exec(url.hostname)
  if (hosted) return { Bucket: hosted[1]!, Key: key }
  const slash = key.indexOf('/')
  return slash > 0 ? { Bucket: key.slice(0, slash), Key: key.slice(slash + 1) } : undefined
}
