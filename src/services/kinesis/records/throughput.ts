import { ProvisionedThroughputExceededException, type Kinesis, type ShardRow, type StreamRow, type Throughput } from '../state.ts'
import { measureShard } from '../monitoring/metrics.ts'

// docs.aws.amazon.com/streams, "Quotas and limits": what one shard takes and gives in a second.

const writeBytesPerSecond = 1024 * 1024
const writeRecordsPerSecond = 1000
const readsPerSecond = 5
const readBytesPerSecond = 2 * 1024 * 1024

function shareOf(kinesis: Kinesis, stream: StreamRow, shard: string): Throughput {
  const key = `${stream.id}/${shard}`
  const now = kinesis.now()
  const second = Math.floor(now / 1000)
  let share = kinesis.state.throughput.get(key)
  if (!share) kinesis.state.throughput.set(key, share = { second, bytes: 0, records: 0, reads: 0, readBytes: 0, readAt: now })
  if (share.second !== second) Object.assign(share, { second, bytes: 0, records: 0, reads: 0 })
  return share
}

const exceeded = (kinesis: Kinesis, stream: StreamRow, shard: string) =>
  new ProvisionedThroughputExceededException(`Rate exceeded for shard ${shard} in stream ${stream.name} under account ${kinesis.account}.`)

/**
 * Takes a record into what a shard may be sent in this second; answers the error where it is too much. A record that is larger than a second's share is
 * taken where it is the first. On-demand streams take everything: on AWS they scale.
 */
export function admitWrite(kinesis: Kinesis, stream: StreamRow, shard: string, bytes: number): Error | undefined {
  if (stream.mode === 'ON_DEMAND') return undefined
  const share = shareOf(kinesis, stream, shard)
  if (share.records + 1 > writeRecordsPerSecond || (share.bytes > 0 && share.bytes + bytes > writeBytesPerSecond)) {
    measureShard(kinesis, stream, shard, 'WriteProvisionedThroughputExceeded', 1)
    return exceeded(kinesis, stream, shard)
  }
  share.records++
  share.bytes += bytes
  return undefined
}

/**
 * Throws where a shard was read five times in this second, or has given more than two megabytes for each second since. Reads by services of this cloud
 * do not count: an event source mapping reads as soon as something comes, AWS's once a second.
 */
export function admitRead(kinesis: Kinesis, stream: StreamRow, { shard }: ShardRow): void {
  if (kinesis.sourceIp === undefined) return
  const share = shareOf(kinesis, stream, shard)
  const now = kinesis.now()
  share.readBytes = Math.max(0, share.readBytes - (now - share.readAt) / 1000 * readBytesPerSecond)
  share.readAt = now
  if (share.reads >= readsPerSecond || share.readBytes >= readBytesPerSecond) {
    measureShard(kinesis, stream, shard, 'ReadProvisionedThroughputExceeded', 1)
    throw exceeded(kinesis, stream, shard)
  }
  share.reads++
}

/** Counts what a read has given. */
export function noteRead(kinesis: Kinesis, stream: StreamRow, { shard }: ShardRow, bytes: number): void {
  if (kinesis.sourceIp !== undefined) shareOf(kinesis, stream, shard).readBytes += bytes
}
