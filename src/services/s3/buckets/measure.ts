import { bucketArn, type BucketRow, type S3Scope } from '../state.ts'

const dayMs = 86_400_000

/** Queues the measure of a bucket at the next midnight (UTC). Inside a transaction. */
export function queueMeasure(s3: S3Scope, { name, account, region }: BucketRow): void {
  s3.in({ account, region }).enqueue('measure', { bucket: name }, { id: `measure:${name}`, at: Math.floor(s3.now() / dayMs + 1) * dayMs })
}

/** Bills what a bucket holds, its old versions and the parts of its unfinished uploads with it, for the day that ends. */
export async function measure(s3: S3Scope, task: { bucket: string }): Promise<void> {
  const bucket = await s3.tables.buckets.get(task.bucket)
  if (!bucket) return
  let bytes = 0
  for (const table of [s3.tables.objects, s3.tables.versions]) for await (const { sizeBytes } of table.each({ prefix: [bucket.name] })) bytes += sizeBytes
  for await (const { uploadId } of s3.tables.uploads.each({ prefix: [bucket.name] })) {
    for await (const { sizeBytes } of s3.tables.parts.each({ prefix: [uploadId] })) bytes += sizeBytes
  }
  await s3.transact(async inside => queueMeasure(inside, bucket))
  if (bytes > 0) s3.sinks.usage({
    account: bucket.account, region: bucket.region, service: 'AmazonS3', usageType: 'TimedStorage-ByteHrs', operation: 'StandardStorage',
    resource: bucketArn(s3, bucket.name), quantity: bytes * 24, unit: 'Byte-Hrs', at: s3.now() - 1,
  })
}
