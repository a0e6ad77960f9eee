import { objectAt, objectBytes } from '../../../platform/s3-address.ts'
import { BadRequestException, type Repo } from '../state.ts'

/** The text of something that a request gives as text, or as an address in S3 that the caller may read; undefined where it gives neither. */
export async function givenText(repo: Repo, what: string, body: string | undefined, address: string | undefined): Promise<string | undefined> {
  if (body !== undefined && address !== undefined) throw new BadRequestException(`Specify only one of ${what}Body or ${what}Url.`)
  if (address === undefined) return body
  const place = objectAt(address)
  if (!place) throw new BadRequestException(`The ${what}Url ${address} is not an address in S3.`)
  try {
    return (await objectBytes(repo.aws, place)).toString()
  } catch (error) {
    throw new BadRequestException(`Failed to copy S3 object. ${(error as Error).message} bucket=${place.Bucket}, key=${place.Key}`)
  }
}
