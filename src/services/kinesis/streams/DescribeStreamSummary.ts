import { isOpen } from '../shards/shard.ts'
import { streamNamed, type Input, type Kinesis, type Output } from '../state.ts'
import { streamDetails } from './stream.ts'

/** A stream without its shards. */
export async function DescribeStreamSummary(kinesis: Kinesis, input: Input<'DescribeStreamSummary'>): Promise<Output<'DescribeStreamSummary'>> {
  const stream = await streamNamed(kinesis, input)
  const shards = await kinesis.tables.shards.list({ prefix: [stream.id] })
  const consumers = await kinesis.tables.consumers.list({ prefix: [stream.name] })
  return {
    StreamDescriptionSummary: {
      ...streamDetails(kinesis, stream), OpenShardCount: shards.filter(isOpen).length, ConsumerCount: consumers.length, MaxRecordSizeInKiB: stream.maxRecordKiB,
    },
  }
}
