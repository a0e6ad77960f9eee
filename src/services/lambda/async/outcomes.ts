import type { Aws } from '../../../contracts/aws.ts'
import { functionArn } from '../names.ts'
import type { Ran } from '../invoke/run.ts'
import type { Lambda } from '../state.ts'
import { queueUrl } from './destinations.ts'
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
  if (/^arn:[^:]+:sqs:/.test(destination)) {
    await aws.sqs.SendMessage({ QueueUrl: queueUrl(lambda, destination), MessageBody: record })
  } else if (/^arn:[^:]+:s3:/.test(destination)) {
    const at = new Date(lambda.now()).toISOString()
    const Key = `aws/lambda/async/${event.name}/${at.slice(0, 10).replaceAll('-', '/')}/${at.slice(0, 19).replaceAll(':', '.')}-${lambda.newId()}`
    await aws.s3.PutObject({ Bucket: destination.split(':').at(-1)!, Key, Body: Buffer.from(record) as never })
  } else {
    await aws.lambda.Invoke({ FunctionName: destination, InvocationType: 'Event', Payload: Buffer.from(record) })
  }
}

/** Sends an event that was given up to the function's dead-letter queue: the event itself, and in attributes what went wrong. */
export async function sendDeadLetter(lambda: Lambda, event: AcceptedEvent, queueArn: string, condition: Condition, ran: Ran | undefined): Promise<void> {
  const aws = await asRole(lambda, event)
  const text = (StringValue: string) => ({ DataType: 'String', StringValue })
  await aws.sqs.SendMessage({
    QueueUrl: queueUrl(lambda, queueArn), MessageBody: event.event,
    MessageAttributes: {
      RequestID: text(event.requestId), ErrorCode: { DataType: 'Number', StringValue: ran ? '200' : '429' },
      ErrorMessage: text(Buffer.from(ran ? errorMessageOf(ran) : condition).subarray(0, errorMessageBytesMax).toString()),
    },
  })
}

function errorMessageOf(ran: Ran): string {
  try {
    return String(JSON.parse(Buffer.from(ran.payload).toString()).errorMessage || 'Unhandled')
  } catch {
    return 'Unhandled'
  }
}
