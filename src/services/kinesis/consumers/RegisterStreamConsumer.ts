import { tagProblem } from '../../../platform/tags.ts'
import {
  consumersPerStreamMax, InvalidArgumentException, LimitExceededException, ResourceInUseException, streamArn, streamNamed, type Input, type Kinesis,
  type Output,
} from '../state.ts'
import { consumerView } from './consumer.ts'

/** Registers a consumer with enhanced fan-out, active at once: 20 for a stream. */
export async function RegisterStreamConsumer(kinesis: Kinesis, input: Input<'RegisterStreamConsumer'>): Promise<Output<'RegisterStreamConsumer'>> {
  const stream = await streamNamed(kinesis, input)
  const problem = tagProblem(input.Tags ?? {})
  if (problem) throw new InvalidArgumentException(problem)
  const name = input.ConsumerName!
  const others = await kinesis.tables.consumers.list({ prefix: [stream.name] })
  if (others.some(other => other.name === name)) {
    throw new ResourceInUseException(
      `Consumer ${name} under stream ${streamArn(kinesis, stream.name)} already exists for account ${kinesis.account}.`,
    )
  }
  if (others.length >= consumersPerStreamMax) {
    throw new LimitExceededException(
      `This request would exceed the limit of ${consumersPerStreamMax} consumers for stream ${stream.name} under account ${kinesis.account}.`,
    )
  }
  const row = {
    stream: stream.name, name, arn: `${streamArn(kinesis, stream.name)}/consumer/${name}:${Math.trunc(kinesis.now() / 1000)}`, createdAt: kinesis.now(),
    tags: input.Tags ?? {},
  }
  await kinesis.tables.consumers.put(row)
  return { Consumer: consumerView(row) }
}
