import { nextOrder, type BucketRow, type S3Scope } from '../state.ts'
import { keepVersion, publishRemoved } from './keep.ts'

export interface Removed { DeleteMarker?: boolean, VersionId?: string }

/**
 * Deletes a key (which leaves a delete marker in a bucket that keeps versions), or one version of it for good. What is not there
 * is no error.
 */
export async function removeObject(s3: S3Scope, bucket: BucketRow, key: string, versionId: string | undefined, reason: string): Promise<Removed> {
  if (versionId !== undefined) return removeVersion(s3, bucket, key, versionId, reason)
  const latest = await s3.tables.objects.get(bucket.name, key)
  if (bucket.versioning === undefined) {
    if (!latest) return {}
    await s3.tables.objects.delete(bucket.name, key)
    publishRemoved(s3, bucket, latest, nextOrder(s3).sequencer, reason)
    return {}
  }
  const marker = await keepVersion(s3, bucket, { key, isDeleteMarker: true, etag: '', sizeBytes: 0, parts: [], headers: {}, metadata: {} }, reason)
  return { DeleteMarker: true, VersionId: marker.versionId }
}

async function removeVersion(s3: S3Scope, bucket: BucketRow, key: string, versionId: string, reason: string): Promise<Removed> {
  const latest = await s3.tables.objects.get(bucket.name, key)
  const older = s3.tables.versions.each({ prefix: [bucket.name, key] })
  if (latest?.versionId === versionId) {
    const [next] = await s3.tables.versions.list({ prefix: [bucket.name, key], limit: 1 })
    if (next) {
      await s3.tables.versions.delete(bucket.name, key, next.order)
      await s3.tables.objects.put(next)
    } else await s3.tables.objects.delete(bucket.name, key)
    publishRemoved(s3, bucket, { ...latest, isDeleteMarker: false }, nextOrder(s3).sequencer, reason)
    return { VersionId: versionId, ...latest.isDeleteMarker && { DeleteMarker: true } }
  }
  for await (const version of older) {
    if (version.versionId !== versionId) continue
    await s3.tables.versions.delete(bucket.name, key, version.order)
    publishRemoved(s3, bucket, { ...version, isDeleteMarker: false }, nextOrder(s3).sequencer, reason)
    return { VersionId: versionId, ...version.isDeleteMarker && { DeleteMarker: true } }
  }
  return { VersionId: versionId }
}
