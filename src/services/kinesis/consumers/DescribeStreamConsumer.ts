import { streamArn, type Input, type Kinesis, type Output } from '../state.ts'
import { consumerNamed, consumerView } from './consumer.ts'

/** A consumer, by its ARN or by stream and name. */
export async function DescribeStreamConsumer(kinesis: Kinesis, input: Input<'DescribeStreamConsumer'>): Promise<Output<'DescribeStreamConsumer'>> {
  const row = await consumerNamed(kinesis, input)
  return { ConsumerDescription: { ...consumerView(row), StreamARN: streamArn(kinesis, row.stream) } }
}
