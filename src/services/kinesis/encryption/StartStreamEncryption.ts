import { rethrow } from '../records/sealing.ts'
import { placeOf, streamNamed, type Input, type Kinesis } from '../state.ts'

/** Seals what is written from now on under a key of KMS, as its writers; what lies there stays as it is. */
export async function StartStreamEncryption(caller: Kinesis, input: Input<'StartStreamEncryption'>): Promise<object> {
  const kinesis = placeOf(caller, input)
  const stream = await streamNamed(kinesis, input)
  // The key must be there, and the caller may look at it.
  await kinesis.aws.kms.DescribeKey({ KeyId: input.KeyId }).catch(rethrow)
  await kinesis.tables.streams.put({ ...stream, keyId: input.KeyId! })
  return {}
}
