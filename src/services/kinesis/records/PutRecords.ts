import { InvalidArgumentException, putBytesMax, type Input, type Kinesis, type Output } from '../state.ts'
import { partitionKeyOf, putAll } from './put.ts'

/** Writes up to 500 records, 10 MiB with their keys; here all or none, so FailedRecordCount is 0. */
export async function PutRecords(kinesis: Kinesis, input: Input<'PutRecords'>): Promise<Output<'PutRecords'>> {
  const records = input.Records!.map(record => ({
    data: record.Data!, partitionKey: partitionKeyOf(record.PartitionKey), explicitHashKey: record.ExplicitHashKey,
  }))
  const bytes = records.reduce((sum, record) => sum + record.data.length + Buffer.byteLength(record.partitionKey), 0)
  if (bytes > putBytesMax) throw new InvalidArgumentException(`Records size exceeds 10 MB limit: ${bytes} bytes.`)
  const written = await putAll(kinesis, input, records)
  return { FailedRecordCount: 0, Records: written.map(({ shard, sequence }) => ({ SequenceNumber: sequence, ShardId: shard })), EncryptionType: 'NONE' }
}
