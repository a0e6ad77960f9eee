import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, invalidArgument, type BucketRow, type ObjectRow, type S3Scope } from '../state.ts'
import { objectNamed } from './find.ts'

interface CopyInput {
  CopySource: string | undefined
  CopySourceIfMatch?: string | undefined
  CopySourceIfNoneMatch?: string | undefined
  CopySourceIfModifiedSince?: Date | undefined
  CopySourceIfUnmodifiedSince?: Date | undefined
}

/** The object that a copy reads, which the caller must be allowed to get: `BUCKET/KEY`, percent-encoded, with `?versionId=` for a version. */
export async function sourceOf(s3: S3Scope, input: CopyInput): Promise<{ bucket: BucketRow, object: ObjectRow }> {
  const [path = '', version] = (input.CopySource ?? '').split('?versionId=')
  const match = /^\/?([^/]+)\/(.+)$/s.exec(decoded(path))
  if (!match) throw invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey', 'x-amz-copy-source', input.CopySource ?? '')
  const bucket = await bucketNamed(s3, match[1]!)
  await s3.in({ account: bucket.account }).authorize({
    action: version === undefined ? 's3:GetObject' : 's3:GetObjectVersion', resource: `arn:${s3.partition}:s3:::${bucket.name}/${match[2]}`,
    ...bucket.policy !== undefined && { resourcePolicy: bucket.policy },
  })
  const object = await objectNamed(s3, bucket, match[2]!, version)
  checkSource(input, object)
  return { bucket, object }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

/** All conditions of a copy must hold; 412 also where a read would be 304. */
function checkSource(input: CopyInput, { etag, modifiedAt }: ObjectRow): void {
  const matches = (header: string) => header === '*' || header.replaceAll('"', '') === etag
  const failed = (input.CopySourceIfMatch !== undefined && !matches(input.CopySourceIfMatch))
    || (input.CopySourceIfNoneMatch !== undefined && matches(input.CopySourceIfNoneMatch))
    || (input.CopySourceIfMatch === undefined && input.CopySourceIfUnmodifiedSince !== undefined
      && modifiedAt > Number(input.CopySourceIfUnmodifiedSince) + 999)
    || (input.CopySourceIfNoneMatch === undefined && input.CopySourceIfModifiedSince !== undefined && modifiedAt <= Number(input.CopySourceIfModifiedSince))
  if (failed) throw new AwsError('PreconditionFailed', 'At least one of the pre-conditions you specified did not hold', { status: 412 })
}
