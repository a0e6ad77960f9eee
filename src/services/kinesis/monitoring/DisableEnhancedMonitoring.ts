import { streamNamed, type Input, type Kinesis, type Output } from '../state.ts'
import { changed, metricsNamed } from './metrics.ts'

/** Disables metrics of single shards. */
export async function DisableEnhancedMonitoring(kinesis: Kinesis, input: Input<'DisableEnhancedMonitoring'>): Promise<Output<'DisableEnhancedMonitoring'>> {
  const stream = await streamNamed(kinesis, input)
  const named = metricsNamed(input.ShardLevelMetrics)
  return changed(kinesis, stream, stream.metrics.filter(metric => !named.includes(metric)))
}
