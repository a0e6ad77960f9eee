import type { Input, Kinesis, Output } from '../state.ts'
import { partitionKeyOf, putAll } from './put.ts'

/** Writes a record; it is durable when its sequence number comes back. */
export async function PutRecord(kinesis: Kinesis, input: Input<'PutRecord'>): Promise<Output<'PutRecord'>> {
  // SequenceNumberForOrdering asks for what holds anyway: numbers of a shard rise with every put.
  const { written: [written], encrypted } = await putAll(
    kinesis, input, [{ data: input.Data!, partitionKey: partitionKeyOf(input.PartitionKey), explicitHashKey: input.ExplicitHashKey }]
  )
  if ('error' in written!) throw written.error
  return { ShardId: written!.shard, SequenceNumber: written!.sequence, EncryptionType: encrypted ? 'KMS' : 'NONE' }
}
