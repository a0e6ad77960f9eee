import { parseArn } from '../../../platform/arns.ts'
import { InvalidArgumentException, ResourceNotFoundException, streamName, streamNamed, type ConsumerRow, type Kinesis, type NamesStream } from '../state.ts'

/** The stream's and the consumer's name in `...:stream/NAME/consumer/CONSUMER:SECONDS`. */
export function consumerArnParts(arn: string): { stream: string, consumer: string } | undefined {
  const match = /^stream\/([^/]+)\/consumer\/([^:]+):\d+$/.exec(parseArn(arn)?.resource ?? '')
  return match ? { stream: match[1]!, consumer: match[2]! } : undefined
}

/** The consumer that a request names by its ARN, or by the stream's ARN and its name. */
export async function consumerNamed(
  kinesis: Kinesis, input: NamesStream & { ConsumerARN?: string | undefined, ConsumerName?: string | undefined }
): Promise<ConsumerRow> {
  const byArn = input.ConsumerARN === undefined ? undefined : consumerArnParts(input.ConsumerARN)
  if (!byArn && (input.StreamARN === undefined || input.ConsumerName === undefined)) {
    throw new InvalidArgumentException('Either ConsumerARN, or both StreamARN and ConsumerName must be provided.')
  }
  const stream = byArn?.stream ?? streamName(input)
  const consumer = byArn?.consumer ?? input.ConsumerName!
  await streamNamed(kinesis, { StreamName: stream })
  const row = await kinesis.tables.consumers.get(stream, consumer)
  if (!row || (input.ConsumerARN !== undefined && row.arn !== input.ConsumerARN)) {
    throw new ResourceNotFoundException(`Consumer ${input.ConsumerARN ?? consumer} under account ${kinesis.account} not found.`)
  }
  return row
}

export const consumerView = (row: ConsumerRow) =>
  ({ ConsumerName: row.name, ConsumerARN: row.arn, ConsumerStatus: 'ACTIVE' as const, ConsumerCreationTimestamp: new Date(row.createdAt) })
