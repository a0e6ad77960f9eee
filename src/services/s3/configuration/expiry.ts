import type { LifecycleRule } from '@aws-sdk/client-s3'
import { dropUpload } from '../multipart/uploads.ts'
import { removeObject } from '../objects/remove.ts'
import type { BucketRow, S3Scope } from '../state.ts'

const dayMs = 86_400_000
/** Ages count from the midnight (UTC) after the day they began. */
const dueAt = (since: number, days: number) => Math.ceil((since + days * dayMs) / dayMs) * dayMs

/** Queues the next midnight's expiry of a bucket. Inside a transaction. */
export function queueExpiry(s3: S3Scope, { name, account, region }: BucketRow): void {
  s3.in({ account, region }).enqueue('expire', { bucket: name }, { id: name, at: Math.floor(s3.now() / dayMs + 1) * dayMs })
}

export const prefixOf = (rule: LifecycleRule): string => rule.Filter?.Prefix ?? rule.Prefix ?? ''

/** Deletes what the rules of a bucket say has outlived its time; once a day, while there are rules. */
export async function expire(s3: S3Scope, task: { bucket: string }): Promise<void> {
  const bucket = await s3.tables.buckets.get(task.bucket)
  const rules: LifecycleRule[] = bucket?.configuration.lifecycle ?? []
  if (!bucket || rules.length === 0) return
  for (const rule of rules) {
    if (rule.Status !== 'Enabled') continue
    await expireObjects(s3, bucket, rule)
    await abortUploads(s3, bucket, rule)
  }
  await s3.transact(async inside => queueExpiry(inside, bucket))
}

async function expireObjects(s3: S3Scope, bucket: BucketRow, rule: LifecycleRule): Promise<void> {
  const { Expiration, NoncurrentVersionExpiration } = rule
  for await (const latest of s3.tables.objects.each({ prefix: [bucket.name], from: [bucket.name, prefixOf(rule)] })) {
    if (!latest.key.startsWith(prefixOf(rule))) break
    const old = await s3.tables.versions.list({ prefix: [bucket.name, latest.key] })
    const remove = (versionId?: string) => s3.transact(inside => removeObject(inside, bucket, latest.key, versionId, 'Lifecycle Expiration'))
    const days = NoncurrentVersionExpiration?.NoncurrentDays
    if (days !== undefined) {
      const kept = NoncurrentVersionExpiration!.NewerNoncurrentVersions ?? 0
      for (const [at, version] of old.entries()) {
        // A version is noncurrent since its successor was written.
        if (at >= kept && dueAt((old[at - 1] ?? latest).modifiedAt, days) <= s3.now()) await remove(version.versionId)
      }
    }
    if (latest.isDeleteMarker) {
      if (Expiration?.ExpiredObjectDeleteMarker && old.length === 0) await remove(latest.versionId)
    } else {
      const dueOf = Expiration?.Days !== undefined ? dueAt(latest.modifiedAt, Expiration.Days) : Number(Expiration?.Date || Infinity)
      if (dueOf <= s3.now()) await remove()
    }
  }
}

async function abortUploads(s3: S3Scope, bucket: BucketRow, rule: LifecycleRule): Promise<void> {
  const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation
  if (days === undefined) return
  for (const upload of await s3.tables.uploads.list({ prefix: [bucket.name] })) {
    if (upload.key.startsWith(prefixOf(rule)) && dueAt(upload.createdAt, days) <= s3.now()) await s3.transact(inside => dropUpload(inside, upload))
  }
}
