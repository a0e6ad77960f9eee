import type { Message } from '@aws-sdk/client-sqs'
import { traceOf } from '../../../platform/tracing.ts'
import type { MappingRow } from '../mappings/rows.ts'
import { measure } from '../metrics.ts'
import type { Lambda } from '../state.ts'
import { isLoop, merged } from './lineage.ts'

const lineageOf = (message: Message) => traceOf(message.Attributes?.AWSTraceHeader)?.lineage

/**
 * The messages of a batch that the function may have: one that comes out of a loop of it is not handled, and goes back to its queue, whose dead-letter
 * queue takes it in the end. What follows it in its group waits behind it.
 */
export async function withoutLoops(lambda: Lambda, mapping: MappingRow, batch: Message[]): Promise<{ messages: Message[], lineage: string | undefined }> {
  if (!batch.some(message => lineageOf(message) !== undefined)) return { messages: batch, lineage: undefined }
  const loaded = await lambda.state.cache.get(lambda, mapping.function.name, mapping.function.qualifier)
  const stopped = new Set<string>()
  const messages = batch.filter(message => {
    const group = message.Attributes?.MessageGroupId
    if (group !== undefined && stopped.has(group)) return false
    if (!isLoop(lambda, loaded, lineageOf(message))) return true
    if (mapping.sourceArn.endsWith('.fifo')) stopped.add(group!)
    measure(lambda, mapping.function, 'RecursiveInvocationsDropped', 1)
    return false
  })
  return { messages, lineage: merged(messages.map(lineageOf)) }
}
