import { randomBytes } from 'node:crypto'
import type { ObjectEvent } from '../notifications/deliver.ts'
import { createdName, destinationsFor, notificationsOf, removedName } from '../notifications/notification.ts'
import { nextOrder, type BucketRow, type ObjectRow, type S3Scope } from '../state.ts'

export type NewObject = Omit<ObjectRow, 'bucket' | 'order' | 'versionId' | 'modifiedAt'>

const newVersionId = () => randomBytes(24).toString('base64url')

/** Writes the newest version of a key, as the bucket's versioning has it, and publishes that it was created or removed. Inside a transaction. */
export async function keepVersion(s3: S3Scope, bucket: BucketRow, object: NewObject, reason: string): Promise<ObjectRow> {
  const { order, sequencer } = nextOrder(s3)
  const versionId = bucket.versioning === 'Enabled' ? newVersionId() : 'null'
  const row: ObjectRow = { ...object, bucket: bucket.name, order, versionId, modifiedAt: s3.now() }
  const latest = await s3.tables.objects.get(bucket.name, object.key)
  if (bucket.versioning !== undefined && latest) {
    if (versionId === 'null') await dropNullVersion(s3, bucket.name, object.key)
    if (versionId !== 'null' || latest.versionId !== 'null') await s3.tables.versions.put(latest)
  }
  await s3.tables.objects.put(row)
  if (row.isDeleteMarker) publishRemoved(s3, bucket, row, sequencer, reason)
  else publishCreated(s3, bucket, row, sequencer, reason)
  return row
}

/** While versioning is suspended, a new null version takes the place of the older one. */
async function dropNullVersion(s3: S3Scope, bucket: string, key: string): Promise<void> {
  for await (const version of s3.tables.versions.each({ prefix: [bucket, key] })) {
    if (version.versionId === 'null') await s3.tables.versions.delete(bucket, key, version.order)
  }
}

const facts = (s3: S3Scope, bucket: BucketRow, row: ObjectRow) => ({
  bucket: bucket.name, key: row.key, ...row.versionId !== 'null' && { versionId: row.versionId },
  requester: s3.principal.userId, requestId: s3.requestId, sourceIp: s3.sourceIp ?? '',
})

function publishCreated(s3: S3Scope, bucket: BucketRow, row: ObjectRow, sequencer: string, reason: string): void {
  const data = { ...facts(s3, bucket, row), sizeBytes: row.sizeBytes, etag: row.etag, sequencer }
  tell(s3, bucket, createdName(reason), data)
  if (notificationsOf(bucket)?.eventBridge) at(s3, bucket).publish('s3.object.created', { ...data, reason }, { order: `${bucket.name}/${row.key}` })
}

/** Publishes that an object, a version or a delete marker is gone, or hidden by a delete marker. */
export function publishRemoved(s3: S3Scope, bucket: BucketRow, row: ObjectRow, sequencer: string, reason: string): void {
  const data = { ...facts(s3, bucket, row), sequencer }
  const deleteMarker = row.isDeleteMarker ?? false
  tell(s3, bucket, removedName(reason, deleteMarker), data)
  if (notificationsOf(bucket)?.eventBridge) at(s3, bucket).publish(
    's3.object.removed', { ...data, reason, deleteMarker }, { order: `${bucket.name}/${row.key}` }
  )
}

const at = (s3: S3Scope, bucket: BucketRow) => s3.in({ account: bucket.account, region: bucket.region })

/** Queues an event for each destination of the bucket that wants it, with the change. */
function tell(s3: S3Scope, bucket: BucketRow, name: string, data: Omit<ObjectEvent, 'to' | 'configurationId' | 'name' | 'atMs'>): void {
  const notifications = notificationsOf(bucket)
  if (!notifications) return
  for (const { id, to } of destinationsFor(notifications, name, data.key)) {
    at(s3, bucket).enqueue('notify', { ...data, to, configurationId: id, name, atMs: s3.now() } satisfies ObjectEvent)
  }
}
