import { parseArn } from '../../../platform/arns.ts'
import { checkProvidedRoleMaySend, lacks, queueUrl, roleMay } from '../async/destinations.ts'
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

type Reader = { role: string, name: string, timeoutSeconds: number }

/** What must be true of the source, and what the function's role must be allowed there; AWS checks it when the mapping is made. */
export async function checkSource(lambda: Lambda, row: Pick<MappingRow, 'kind' | 'sourceArn' | 'onFailure'>, fn: Reader): Promise<void> {
  await (row.kind === 'sqs' ? checkQueue : checkStream)(lambda, row, fn)
  if (row.onFailure !== undefined) await checkProvidedRoleMaySend(lambda, fn, row.onFailure)
}

async function checkQueue(lambda: Lambda, { sourceArn }: Pick<MappingRow, 'sourceArn'>, fn: Reader): Promise<void> {
  for (const call of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
    if (!await roleMay(lambda, fn, `sqs:${call}`, sourceArn)) throw new InvalidParameterValueException(lacks(call, 'SQS'))
  }
  const aws = lambda.as({ role: fn.role, sessionName: fn.name.padEnd(2, '_') })
  let visibilitySeconds: number
  try {
    const { Attributes } = await aws.sqs.GetQueueAttributes({ QueueUrl: queueUrl(lambda, sourceArn), AttributeNames: ['VisibilityTimeout'] })
    visibilitySeconds = Number(Attributes?.VisibilityTimeout)
  } catch (error) {
    const { name, message } = error as Error
    if (name.startsWith('AccessDenied')) throw new InvalidParameterValueException(lacks('ReceiveMessage', 'SQS'))
    throw new InvalidParameterValueException(name !== 'QueueDoesNotExist' ? message
      : 'Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist.')
  }
  if (visibilitySeconds < fn.timeoutSeconds) {
    throw new InvalidParameterValueException(
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${fn.timeoutSeconds} seconds`)
  }
}

async function checkStream(lambda: Lambda, { kind, sourceArn }: Pick<MappingRow, 'kind' | 'sourceArn'>, fn: Reader): Promise<void> {
  const actions = kind === 'kinesis'
    ? 'GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams'
    : 'GetRecords, GetShardIterator, DescribeStream, and ListStreams'
  const closed = () =>
    new InvalidParameterValueException(`Cannot access stream ${sourceArn}. Please ensure the role can perform the ${actions} Actions on your stream in IAM.`)
  for (const call of ['GetRecords', 'GetShardIterator', 'DescribeStream']) {
    if (!await roleMay(lambda, fn, `${kind}:${call}`, streamArnOf(sourceArn))) throw closed()
  }
  const aws = lambda.as({ role: fn.role, sessionName: fn.name.padEnd(2, '_') })
  try {
    if (kind === 'kinesis') await aws.kinesis.DescribeStream({ StreamARN: streamArnOf(sourceArn) })
    else await aws.dynamodbstreams.DescribeStream({ StreamArn: sourceArn })
  } catch (error) {
    const { name, message } = error as Error
    if (name.startsWith('AccessDenied')) throw closed()
    throw new InvalidParameterValueException(name === 'ResourceNotFoundException' ? `Stream not found: ${sourceArn}` : message)
  }
}
