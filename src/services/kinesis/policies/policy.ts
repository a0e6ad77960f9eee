import { consumerArnParts, consumerNamed } from '../consumers/consumer.ts'
import { placeOf, streamNamed, type Kinesis } from '../state.ts'

/** The policy of a stream or consumer and how to write it. */
export async function policyHolder(caller: Kinesis, arn: string): Promise<{ policy: string | undefined, write(policy: string | undefined): Promise<void> }> {
  const kinesis = placeOf(caller, { StreamARN: arn })
  if (consumerArnParts(arn)) {
    const { policy, ...row } = await consumerNamed(kinesis, { ConsumerARN: arn })
    return { policy, write: to => kinesis.tables.consumers.put({ ...row, ...to !== undefined && { policy: to } }) }
  }
  const { policy, ...row } = await streamNamed(kinesis, { StreamARN: arn })
  return { policy, write: to => kinesis.tables.streams.put({ ...row, ...to !== undefined && { policy: to } }) }
}
