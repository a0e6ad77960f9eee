import { InvalidArgumentException, putBytesMax, type Input, type Kinesis, type Output } from '../state.ts'
import { partitionKeyOf, putAll } from './put.ts'

/** Writes up to 500 records, 10 MiB with their keys; those that their shard has no room for in this second are told apart. */
export async function PutRecords(kinesis: Kinesis, input: Input<'PutRecords'>): Promise<Output<'PutRecords'>> {
  const records = input.Records!.map(record => ({
    data: record.Data!, partitionKey: partitionKeyOf(record.PartitionKey), explicitHashKey: record.ExplicitHashKey,
  }))
  const bytes = records.reduce((sum, record) => sum + record.data.length + Buffer.byteLength(record.partitionKey), 0)
  if (bytes > putBytesMax) throw new InvalidArgumentException(`Records size exceeds 10 MB limit: ${bytes} bytes.`)
  const { written, encrypted } = await putAll(kinesis, input, records)
  return {
    FailedRecordCount: written.filter(one => 'error' in one).length, EncryptionType: encrypted ? 'KMS' : 'NONE',
    Records: written.map(one =>
      'error' in one ? { ErrorCode: one.error.name, ErrorMessage: one.error.message } : { SequenceNumber: one.sequence, ShardId: one.shard }),
  }
}
