import type { LifecycleRule } from '@aws-sdk/client-s3'
import { dropUpload } from '../multipart/uploads.ts'
import { removeObject } from '../objects/remove.ts'
import type { BucketRow, ObjectRow, S3Scope } from '../state.ts'
import { filterOf, isAbout, isLargeEnough } from './lifecycle.ts'

const dayMs = 86_400_000
/** Ages count from the midnight (UTC) after the day they began. */
const dueAt = (since: number, days: number) => Math.ceil((since + days * dayMs) / dayMs) * dayMs

/** Queues the next midnight's expiry of a bucket. Inside a transaction. */
export function queueExpiry(s3: S3Scope, { name, account, region }: BucketRow): void {
  s3.in({ account, region }).enqueue('expire', { bucket: name }, { id: name, at: Math.floor(s3.now() / dayMs + 1) * dayMs })
}

/** Deletes what the rules of a bucket say has outlived its time, and moves to other storage classes what they say; once a day, while there are rules. */
export async function expire(s3: S3Scope, task: { bucket: string }): Promise<void> {
  const bucket = await s3.tables.buckets.get(task.bucket)
  const rules: LifecycleRule[] = bucket?.configuration.lifecycle ?? []
  if (!bucket || rules.length === 0) return
  for (const rule of rules) {
    if (rule.Status !== 'Enabled') continue
    await transitionObjects(s3, bucket, rule)
    await expireObjects(s3, bucket, rule)
    await abortUploads(s3, bucket, rule)
  }
  await s3.transact(async inside => queueExpiry(inside, bucket))
}

async function expireObjects(s3: S3Scope, bucket: BucketRow, rule: LifecycleRule): Promise<void> {
  const { Expiration, NoncurrentVersionExpiration } = rule
  const { prefix } = filterOf(rule)
  for await (const latest of s3.tables.objects.each({ prefix: [bucket.name], from: [bucket.name, prefix] })) {
    if (!latest.key.startsWith(prefix)) break
    const old = await s3.tables.versions.list({ prefix: [bucket.name, latest.key] })
    const remove = (versionId?: string) => s3.transact(inside => removeObject(inside, bucket, latest.key, versionId, 'Lifecycle Expiration'))
    const days = NoncurrentVersionExpiration?.NoncurrentDays
    if (days !== undefined) {
      const kept = NoncurrentVersionExpiration!.NewerNoncurrentVersions ?? 0
      for (const [at, version] of old.entries()) {
        // A version is noncurrent since its successor was written.
        if (at >= kept && isAbout(rule, version) && dueAt((old[at - 1] ?? latest).modifiedAt, days) <= s3.now()) await remove(version.versionId)
      }
    }
    if (latest.isDeleteMarker) {
      if (Expiration?.ExpiredObjectDeleteMarker && old.length === 0) await remove(latest.versionId)
    } else if (isAbout(rule, latest) && isOver(s3, Expiration, latest.modifiedAt)) await remove()
  }
}

/** Whether the days or the date of an expiration or a transition have come. */
const isOver = (s3: S3Scope, due: { Days?: number | undefined, Date?: Date | undefined } | undefined, since: number): boolean =>
  due?.Days !== undefined ? dueAt(since, due.Days) <= s3.now() : due?.Date !== undefined && Number(due.Date) <= s3.now()

/** Moves objects to the storage classes whose time has come; the last of them counts. */
async function transitionObjects(s3: S3Scope, bucket: BucketRow, rule: LifecycleRule): Promise<void> {
  const { Transitions = [], NoncurrentVersionTransitions = [] } = rule
  if (Transitions.length + NoncurrentVersionTransitions.length === 0) return
  const { prefix } = filterOf(rule)
  const moves = (row: ObjectRow) => !row.isDeleteMarker && isAbout(rule, row) && isLargeEnough(rule, row.sizeBytes)
  for await (const latest of s3.tables.objects.each({ prefix: [bucket.name], from: [bucket.name, prefix] })) {
    if (!latest.key.startsWith(prefix)) break
    const due = Transitions.findLast(each => isOver(s3, each, latest.modifiedAt))
    if (due && moves(latest)) await move(s3, latest, due.StorageClass!)
    const old = NoncurrentVersionTransitions.length === 0 ? [] : await s3.tables.versions.list({ prefix: [bucket.name, latest.key] })
    for (const [at, version] of old.entries()) {
      const since = (old[at - 1] ?? latest).modifiedAt
      const next = NoncurrentVersionTransitions.findLast(each => at >= (each.NewerNoncurrentVersions ?? 0) && isOver(s3, { Days: each.NoncurrentDays }, since))
      if (next && moves(version)) await move(s3, version, next.StorageClass!)
    }
  }
}

/** Gives a version another storage class, where it is still there as it was. */
async function move(s3: S3Scope, { bucket, key, order, storageClass }: ObjectRow, to: string): Promise<void> {
  if (storageClass === to) return
  await s3.transact(async inside => {
    const { objects, versions } = inside.tables
    const latest = await objects.get(bucket, key)
    if (latest?.order === order) return objects.put({ ...latest, storageClass: to })
    const version = await versions.get(bucket, key, order)
    if (version) await versions.put({ ...version, storageClass: to })
  })
}

async function abortUploads(s3: S3Scope, bucket: BucketRow, rule: LifecycleRule): Promise<void> {
  const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation
  if (days === undefined) return
  for (const upload of await s3.tables.uploads.list({ prefix: [bucket.name] })) {
    if (upload.key.startsWith(filterOf(rule).prefix) && dueAt(upload.createdAt, days) <= s3.now()) await s3.transact(inside => dropUpload(inside, upload))
  }
}
