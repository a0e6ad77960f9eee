import type { DeletedObject, DeleteObjectsCommandInput, DeleteObjectsCommandOutput, _Error } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { bucketNamed, listKeysMax, malformedXml, notImplemented, type S3Scope } from '../state.ts'
import { removeObject } from './remove.ts'

/** Deletes up to 1,000 objects or versions. One that the caller may not delete is an error in the answer, not of the request. */
export async function DeleteObjects(s3: S3Scope, input: DeleteObjectsCommandInput): Promise<Omit<DeleteObjectsCommandOutput, '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const objects = input.Delete?.Objects ?? []
  if (objects.length === 0 || objects.length > listKeysMax) throw malformedXml()
  const Deleted: DeletedObject[] = []
  const Errors: _Error[] = []
  for (const { Key: key, VersionId: versionId, ETag, LastModifiedTime, Size } of objects) {
    if (!key) throw malformedXml()
    if (ETag !== undefined || LastModifiedTime !== undefined || Size !== undefined) throw notImplemented('ETag')
    try {
      await s3.in({ account: bucket.account }).authorize({
        action: versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion', resource: `arn:${s3.partition}:s3:::${bucket.name}/${key}`,
        ...bucket.policy !== undefined && { resourcePolicy: bucket.policy },
      })
      const removed = await removeObject(s3, bucket, key, versionId, 'DeleteObjects')
      if (!input.Delete?.Quiet) Deleted.push({ Key: key, ...versionId !== undefined && { VersionId: versionId }, ...markerOf(removed, versionId) })
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      Errors.push({ Key: key, ...versionId !== undefined && { VersionId: versionId }, Code: error.code, Message: error.message })
    }
  }
  return { Deleted, Errors }
}

const markerOf = ({ DeleteMarker, VersionId }: { DeleteMarker?: boolean, VersionId?: string }, named: string | undefined) =>
  DeleteMarker ? { DeleteMarker, DeleteMarkerVersionId: named ?? VersionId! } : {}
