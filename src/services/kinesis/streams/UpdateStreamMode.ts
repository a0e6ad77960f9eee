import { streamNamed, type Input, type Kinesis } from '../state.ts'

/** Switches between provisioned and on-demand capacity; the shards stay as they are. */
export async function UpdateStreamMode(kinesis: Kinesis, input: Input<'UpdateStreamMode'>): Promise<object> {
  const stream = await streamNamed(kinesis, input)
  await kinesis.tables.streams.put({ ...stream, mode: input.StreamModeDetails!.StreamMode! })
  return {}
}
