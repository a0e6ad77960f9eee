import { shardsOf, shardView } from '../shards/shard.ts'
import { streamNamed, type Input, type Kinesis, type Output } from '../state.ts'
import { streamDetails } from './stream.ts'

/** A stream and a page of its shards: 100 where no Limit is given. */
export async function DescribeStream(kinesis: Kinesis, input: Input<'DescribeStream'>): Promise<Output<'DescribeStream'>> {
  const stream = await streamNamed(kinesis, input)
  const after = input.ExclusiveStartShardId ?? ''
  const shards = (await shardsOf(kinesis, stream)).filter(shard => shard.shard > after)
  const limit = Math.min(input.Limit ?? 100, 100)
  return { StreamDescription: { ...streamDetails(kinesis, stream), Shards: shards.slice(0, limit).map(shardView), HasMoreShards: shards.length > limit } }
}
