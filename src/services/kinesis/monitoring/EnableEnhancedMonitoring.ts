import { streamNamed, type Input, type Kinesis, type Output } from '../state.ts'
import { changed, metricsNamed } from './metrics.ts'

/** Enables metrics of single shards. */
export async function EnableEnhancedMonitoring(kinesis: Kinesis, input: Input<'EnableEnhancedMonitoring'>): Promise<Output<'EnableEnhancedMonitoring'>> {
  const stream = await streamNamed(kinesis, input)
  const named = metricsNamed(input.ShardLevelMetrics)
  return changed(kinesis, stream, [...new Set([...stream.metrics, ...named])])
}
