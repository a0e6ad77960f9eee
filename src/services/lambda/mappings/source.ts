import { parseArn } from '../../../platform/arns.ts'
import { queueUrl } from '../async/destinations.ts'
import type { Input, Lambda } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'
import type { MappingRow, SourceKind } from './rows.ts'

export type MappingInput = Input<'CreateEventSourceMapping'>

const kafkaMembers = ['Topics', 'SelfManagedEventSource', 'AmazonManagedKafkaEventSourceConfig', 'SelfManagedKafkaEventSourceConfig'] as const

/** What kind of source an ARN names. The kinds that are not built are refused by name. */
export function sourceKind(input: MappingInput): { kind: SourceKind, arn: string } {
  if (kafkaMembers.some(name => input[name] !== undefined)) {
    throw new InvalidParameterValueException('Event source mappings of Apache Kafka are not supported by Fogbank.')
  }
  if (input.Queues?.length) throw new InvalidParameterValueException('Event source mappings of Amazon MQ are not supported by Fogbank.')
  if (input.DocumentDBEventSourceConfig) throw new InvalidParameterValueException('Event source mappings of Amazon DocumentDB are not supported by Fogbank.')
  const arn = input.EventSourceArn
  if (arn === undefined) throw new InvalidParameterValueException('Event source ARN or self-managed event source is required.')
  const parsed = parseArn(arn)
  if (parsed?.service === 'sqs') return { kind: 'sqs', arn }
  if (parsed?.service === 'kinesis') return { kind: 'kinesis', arn }
  if (parsed?.service === 'dynamodb' && parsed.resource.includes('/stream/')) return { kind: 'dynamodb', arn }
  const other = { kafka: 'Apache Kafka', mq: 'Amazon MQ', rds: 'Amazon DocumentDB' }[parsed?.service ?? '']
  if (other) throw new InvalidParameterValueException(`Event source mappings of ${other} are not supported by Fogbank.`)
  throw new InvalidParameterValueException('Unrecognized event source.')
}

/** The stream that a mapping reads: a consumer's ARN begins with it. */
export const streamArnOf = (arn: string): string => arn.replace(/\/consumer\/.*$/, '')

/** What must be true of the source, seen with the rights of the function's role; AWS checks it when the mapping is made. */
export async function checkSource(
  lambda: Lambda, row: Pick<MappingRow, 'kind' | 'sourceArn'>, fn: { role: string, name: string, timeoutSeconds: number }
): Promise<void> {
  const aws = lambda.as({ role: fn.role, sessionName: fn.name.padEnd(2, '_') })
  const check = async (action: string, service: string, work: () => Promise<void>) => {
    try {
      await work()
    } catch (error) {
      const { name, message } = error as Error
      if (name === 'AccessDenied' || name === 'AccessDeniedException') {
        throw new InvalidParameterValueException(`The provided execution role does not have permissions to call ${action} on ${service}`)
      }
      if (name === 'QueueDoesNotExist' || name === 'ResourceNotFoundException') {
        throw new InvalidParameterValueException(row.kind !== 'sqs' ? `Stream not found: ${row.sourceArn}`
          : `Error occurred while ${action}. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.`)
      }
      throw name === 'InvalidParameterValueException' ? error : new InvalidParameterValueException(message)
    }
  }
  if (row.kind === 'sqs') {
    return check('ReceiveMessage', 'SQS', async () => {
      const { Attributes } = await aws.sqs.GetQueueAttributes({ QueueUrl: queueUrl(lambda, row.sourceArn), AttributeNames: ['VisibilityTimeout'] })
      const visibilitySeconds = Number(Attributes?.VisibilityTimeout)
      if (visibilitySeconds < fn.timeoutSeconds) {
        throw new InvalidParameterValueException(
          `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${fn.timeoutSeconds} seconds`, { Type: 'User' })
      }
    })
  }
  if (row.kind === 'kinesis') {
    return check('DescribeStreamSummary', 'Kinesis', async () => void await aws.kinesis.DescribeStreamSummary({ StreamARN: streamArnOf(row.sourceArn) }))
  }
  return check('DescribeStream', 'DynamoDB', async () => void await aws.dynamodbstreams.DescribeStream({ StreamArn: row.sourceArn }))
}
