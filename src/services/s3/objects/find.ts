import { AwsError } from '../../../platform/errors.ts'
import { bucketArn, invalidArgument, noSuchKey, type BucketRow, type ObjectRow, type S3Scope } from '../state.ts'

/** A version of a key wherever it lies; undefined where there is none. */
export async function versionOf(s3: S3Scope, bucket: string, key: string, versionId: string): Promise<ObjectRow | undefined> {
  const latest = await s3.tables.objects.get(bucket, key)
  if (latest?.versionId === versionId) return latest
  for await (const version of s3.tables.versions.each({ prefix: [bucket, key] })) if (version.versionId === versionId) return version
  return undefined
}

/** The object that a read names; NoSuchKey, NoSuchVersion, or MethodNotAllowed for a delete marker that is named. */
export async function objectNamed(s3: S3Scope, bucket: BucketRow, key: string, versionId?: string): Promise<ObjectRow> {
  const found = versionId === undefined ? await s3.tables.objects.get(bucket.name, key) : await versionOf(s3, bucket.name, key, versionId)
  if (versionId !== undefined) {
    if (!found && versionId !== 'null' && !/^[\w-]{32}$/.test(versionId)) throw invalidArgument('Invalid version id specified', 'versionId', versionId)
    if (!found) throw new AwsError('NoSuchVersion', 'The specified version does not exist.', { status: 404, fields: { Key: key, VersionId: versionId } })
    if (found.isDeleteMarker) {
      throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', {
        status: 405, fields: { Method: 'GET', ResourceType: 'DeleteMarker' }
      })
    }
  }
  if (!found || found.isDeleteMarker) return missing(s3, bucket, key)
  return found
}

/** Who may not list the bucket is not told which keys it has not: AccessDenied then, and not NoSuchKey. */
async function missing(s3: S3Scope, bucket: BucketRow, key: string): Promise<never> {
  await s3.in({ account: bucket.account }).authorize({
    action: 's3:ListBucket', resource: bucketArn(s3, bucket.name), ...bucket.policy !== undefined && { resourcePolicy: bucket.policy },
  })
  throw noSuchKey(key)
}

/** The version id as answers have it: only of buckets that have kept versions. */
export const versionMember = (bucket: BucketRow, object: ObjectRow) => bucket.versioning === undefined ? {} : { VersionId: object.versionId }
