import { tagProblem } from '../../../platform/tags.ts'
import { scheduleTrim } from '../records/retention.ts'
import { evenRanges, isOpen, newShard } from '../shards/shard.ts'
import {
  InvalidArgumentException, LimitExceededException, onDemandShards, recordKiBDefault, ResourceInUseException, retentionHoursMin, shardsMax, type Input,
  type Kinesis, type StreamRow,
} from '../state.ts'

/** Creates a stream, active at once. A stream of the name in this account and region is ResourceInUseException. */
export async function CreateStream(kinesis: Kinesis, input: Input<'CreateStream'>): Promise<object> {
  const name = input.StreamName!
  const mode = input.StreamModeDetails?.StreamMode ?? 'PROVISIONED'
  if (mode === 'PROVISIONED' && input.ShardCount === undefined) {
    throw new InvalidArgumentException('ShardCount must be specified for a stream in PROVISIONED mode.')
  }
  if (mode === 'ON_DEMAND' && input.ShardCount !== undefined) {
    throw new InvalidArgumentException('ShardCount cannot be specified for a stream in ON_DEMAND mode.')
  }
  if (input.RecordDistributionStrategy === 'AUTO') {
    throw new InvalidArgumentException('Fogbank distributes records by partition key only: RecordDistributionStrategy AUTO is not supported.')
  }
  if (input.WarmThroughputMiBps !== undefined) {
    throw new InvalidArgumentException('WarmThroughputMiBps is not supported by Fogbank, whose shards have no throughput limit.')
  }
  const problem = tagProblem(input.Tags ?? {})
  if (problem) throw new InvalidArgumentException(problem)
  if (await kinesis.tables.streams.get(name)) throw new ResourceInUseException(`Stream ${name} under account ${kinesis.account} already exists.`)
  const count = mode === 'ON_DEMAND' ? onDemandShards : input.ShardCount!
  if (mode === 'PROVISIONED') await checkShardLimit(kinesis, count)
  const stream: StreamRow = {
    name, id: kinesis.newId(), mode, retentionHours: retentionHoursMin, createdAt: kinesis.now(), nextShard: 0,
    maxRecordKiB: input.MaxRecordSizeInKiB ?? recordKiBDefault, metrics: [], tags: input.Tags ?? {},
  }
  for (const range of evenRanges(count)) await kinesis.tables.shards.put(newShard(kinesis, stream, range))
  await kinesis.tables.streams.put(stream)
  scheduleTrim(kinesis, stream)
  return {}
}

/** Open shards of provisioned streams in this account and region are limited together. */
export async function checkShardLimit(kinesis: Kinesis, more: number): Promise<void> {
  const open = await openShards(kinesis)
  if (open + more > shardsMax) {
    throw new LimitExceededException(
      `This request would exceed the shard limit for the account ${kinesis.account} in ${kinesis.region}. Current shard count for the account: ${open}. `
      + `Limit: ${shardsMax}. Number of additional shards that would have resulted from this request: ${more}. Refer to the AWS Service Limits page `
      + '(https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.',
    )
  }
}

export async function openShards(kinesis: Kinesis): Promise<number> {
  let open = 0
  for (const stream of await kinesis.tables.streams.list()) {
    if (stream.mode === 'PROVISIONED') open += (await kinesis.tables.shards.list({ prefix: [stream.id] })).filter(isOpen).length
  }
  return open
}
