import type { Aws } from '../../../contracts/aws.ts'
import { functionArn } from '../names.ts'
import type { Ran } from '../invoke/run.ts'
import type { Lambda } from '../state.ts'
import { kindOf, queueUrl } from './destinations.ts'
import type { AcceptedEvent, Condition } from './event.ts'

const errorMessageBytesMax = 1024

/** The API as the function's role may use it: destinations are written to with its rights. */
async function asRole(lambda: Lambda, event: AcceptedEvent): Promise<Aws> {
  const { row } = await lambda.state.cache.get(lambda, event.name, event.qualifier)
  return lambda.as({ role: row.role, sessionName: event.name.padEnd(2, '_') })
}

/** Sends the record of an invocation to a destination, as AWS writes it. */
export async function sendRecord(lambda: Lambda, event: AcceptedEvent, destination: string, condition: Condition, ran: Ran | undefined): Promise<void> {
  const record = JSON.stringify({
    version: '1.0',
    timestamp: new Date(lambda.now()).toISOString(),
    requestContext: {
      requestId: event.requestId, functionArn: functionArn(lambda, event.name, event.qualifier ?? '$LATEST'), condition,
      approximateInvokeCount: (event.failures ?? 0) + (condition === 'Success' ? 1 : 0),
    },
    requestPayload: JSON.parse(event.event),
    ...ran && {
      responseContext: { statusCode: 200, executedVersion: ran.version, ...ran.functionError && { functionError: ran.functionError } },
      responsePayload: JSON.parse(Buffer.from(ran.payload).toString() || 'null'),
    },
  })
  const aws = await asRole(lambda, event)
  switch (kindOf(destination)?.service) {
    case 'SQS': return void await aws.sqs.SendMessage({ QueueUrl: queueUrl(lambda, destination), MessageBody: record })
    case 'SNS': return void await aws.sns.Publish({ TopicArn: destination, Message: record })
    case 'EventBridge': return putEvent(aws, destination, record)
    case 'S3': {
      const at = new Date(lambda.now()).toISOString()
      const Key = `aws/lambda/async/${event.name}/${at.slice(0, 10).replaceAll('-', '/')}/${at.slice(0, 19).replaceAll(':', '.')}-${lambda.newId()}`
      return void await aws.s3.PutObject({ Bucket: destination.split(':').at(-1)!, Key, Body: Buffer.from(record) as never })
    }
    default: await aws.lambda.Invoke({ FunctionName: destination, InvocationType: 'Event', Payload: Buffer.from(record) })
  }
}

/** A record as an event of a bus, as the developer guide has it: of the source `lambda`, about the bus and the function. */
async function putEvent(aws: Aws, bus: string, record: string): Promise<void> {
  const { requestContext: { condition, functionArn: of } } = JSON.parse(record)
  const DetailType = `Lambda Function Invocation Result - ${condition === 'Success' ? 'Success' : 'Failure'}`
  const { Entries: [put] = [] } = await aws.events.PutEvents({
    Entries: [{ EventBusName: bus, Source: 'lambda', DetailType, Detail: record, Resources: [bus, of] }],
  })
  if (put?.ErrorCode) throw new Error(`${put.ErrorCode}: ${put.ErrorMessage}`)
}

/** Sends an event that was given up to the function's dead-letter queue or topic: the event itself, and in attributes what went wrong. */
export async function sendDeadLetter(lambda: Lambda, event: AcceptedEvent, target: string, condition: Condition, ran: Ran | undefined): Promise<void> {
  const aws = await asRole(lambda, event)
  const text = (StringValue: string) => ({ DataType: 'String', StringValue })
  const MessageAttributes = {
    RequestID: text(event.requestId), ErrorCode: { DataType: 'Number', StringValue: ran ? '200' : '429' },
    ErrorMessage: text(Buffer.from(ran ? errorMessageOf(ran) : condition).subarray(0, errorMessageBytesMax).toString()),
  }
  if (kindOf(target)?.service === 'SNS') await aws.sns.Publish({ TopicArn: target, Message: event.event, MessageAttributes })
  else await aws.sqs.SendMessage({ QueueUrl: queueUrl(lambda, target), MessageBody: event.event, MessageAttributes })
}

function errorMessageOf(ran: Ran): string {
  try {
    return String(JSON.parse(Buffer.from(ran.payload).toString()).errorMessage || 'Unhandled')
  } catch {
    return 'Unhandled'
  }
}
