import { streamNamed, type Input, type Kinesis } from '../state.ts'

/** Sets the largest record that the stream takes: 1,024 to 10,240 KiB, data and partition key together. */
export async function UpdateMaxRecordSize(kinesis: Kinesis, input: Input<'UpdateMaxRecordSize'>): Promise<object> {
  const stream = await streamNamed(kinesis, input)
  await kinesis.tables.streams.put({ ...stream, maxRecordKiB: input.MaxRecordSizeInKiB! })
  return {}
}
