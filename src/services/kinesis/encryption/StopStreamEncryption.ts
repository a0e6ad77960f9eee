import { placeOf, streamNamed, type Input, type Kinesis } from '../state.ts'

/** What is written from now on is not sealed; what lies there stays sealed. */
export async function StopStreamEncryption(caller: Kinesis, input: Input<'StopStreamEncryption'>): Promise<object> {
  const kinesis = placeOf(caller, input)
  const { keyId: _, ...stream } = await streamNamed(kinesis, input)
  await kinesis.tables.streams.put(stream)
  return {}
}
