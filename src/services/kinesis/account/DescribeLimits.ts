import { openShards } from '../streams/CreateStream.ts'
import { shardsMax, type Kinesis, type Output } from '../state.ts'

const onDemandStreamsMax = 50

/** How many shards and on-demand streams the account has, and may have, in this region. */
export async function DescribeLimits(kinesis: Kinesis): Promise<Output<'DescribeLimits'>> {
  const onDemand = (await kinesis.tables.streams.list()).filter(stream => stream.mode === 'ON_DEMAND').length
  return { ShardLimit: shardsMax, OpenShardCount: await openShards(kinesis), OnDemandStreamCount: onDemand, OnDemandStreamCountLimit: onDemandStreamsMax }
}
