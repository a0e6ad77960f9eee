import { gzipSync } from 'node:zlib'
import { AwsError } from '../../../platform/errors.ts'
import { compileFilterPattern } from '../filters/pattern.ts'
import { groupArn, type Logs, type StreamRow, type SubscriptionFilterRow } from '../state.ts'

interface StoredEvent { id: string, timestamp: number, message: string }

/** What a task delivers: events of a stream that a filter matched. */
export interface Delivery { group: string, stream: string, filter: string, events: StoredEvent[], queuedAt: number }

const dayMs = 86_400_000
/** What an asynchronous invocation and a record of a stream hold, with room for what is around the data. */
const dataBytesMax = 950_000

/** Queues, in the running transaction, what each of the group's subscription filters matches. */
export async function queueDeliveries(logs: Logs, stream: StreamRow, events: StoredEvent[]): Promise<void> {
  for (const filter of await logs.tables.subscriptionFilters.list({ prefix: [stream.group] })) {
    const matches = compileFilterPattern(filter.pattern)
    const matched = events.filter(event => matches(event.message))
    if (matched.length === 0) continue
    const delivery: Delivery = { group: stream.group, stream: stream.name, filter: filter.name, events: matched, queuedAt: logs.now() }
    logs.enqueue('deliver', delivery, { order: `${stream.group} ${stream.name} ${filter.name}` })
  }
}

/** A task: hands events to a filter's destination. A throttle or a fault is tried again for a day; a destination that is gone, or refuses, ends it. */
export async function deliver(logs: Logs, delivery: Delivery): Promise<void> {
  const filter = await logs.tables.subscriptionFilters.get(delivery.group, delivery.filter)
  if (!filter) return
  try {
    await sendEvents(logs, filter, delivery.stream, delivery.events)
    count(logs, filter, 'ForwardedLogEvents', delivery.events.length)
  } catch (error) {
    const isFinal = error instanceof AwsError && error.status < 500 && !/Throttl|TooManyRequests|ProvisionedThroughput/.test(error.code)
    count(logs, filter, error instanceof AwsError && error.status === 429 ? 'DeliveryThrottling' : 'DeliveryErrors', delivery.events.length)
    if (!isFinal && logs.now() - delivery.queuedAt < dayMs) throw error
    logs.log.warn('log events could not be delivered to a subscription', {
      group: delivery.group, filter: filter.name, destination: filter.destinationArn, error: String(error)
    })
  }
}

function count(logs: Logs, filter: SubscriptionFilterRow, name: string, value: number): void {
  const { account, region } = logs
  const dimensions = {
    LogGroupName: filter.group, DestinationType: filter.destinationArn.split(':')[2] === 'kinesis' ? 'Kinesis' : 'Lambda', FilterName: filter.name
  }
  logs.sinks.metric({ account, region, namespace: 'AWS/Logs', name, dimensions, value, unit: 'None', at: logs.now() })
}

async function sendEvents(logs: Logs, filter: SubscriptionFilterRow, stream: string, events: StoredEvent[]): Promise<void> {
  const data = message(logs, filter, 'DATA_MESSAGE', stream, events)
  if (data.length * 4 / 3 > dataBytesMax && events.length > 1) {
    const half = events.length >> 1
    await sendEvents(logs, filter, stream, events.slice(0, half))
    return sendEvents(logs, filter, stream, events.slice(half))
  }
  await send(logs, filter, data, filter.distribution === 'ByLogStream' ? stream : events[0]!.id)
}

/** The message that a destination gets, zipped. A control message only tries whether it can be reached. */
function message(
  logs: Logs, filter: SubscriptionFilterRow, messageType: 'DATA_MESSAGE' | 'CONTROL_MESSAGE', logStream: string, logEvents: StoredEvent[]
): Buffer {
  const isData = messageType === 'DATA_MESSAGE'
  return gzipSync(JSON.stringify({
    messageType, owner: isData ? logs.account : 'CloudwatchLogs', logGroup: isData ? filter.group : '', logStream,
    subscriptionFilters: isData ? [filter.name] : [], logEvents,
  }))
}

async function send(logs: Logs, filter: SubscriptionFilterRow, data: Buffer, partitionKey: string): Promise<void> {
  const { destinationArn, roleArn } = filter
  if (serviceOf(destinationArn) === 'kinesis') {
    await logs.as({ role: roleArn!, sessionName: 'CloudWatchLogs' }).kinesis.PutRecord({ StreamARN: destinationArn, Data: data, PartitionKey: partitionKey })
    return
  }
  await invoke(logs, filter, { InvocationType: 'Event', Payload: Buffer.from(JSON.stringify({ awslogs: { data: data.toString('base64') } })) })
}

/** Functions' policies name CloudWatch Logs with or without its region. */
async function invoke(logs: Logs, filter: SubscriptionFilterRow, input: { InvocationType: 'Event' | 'DryRun', Payload?: Buffer }): Promise<void> {
  const sourceArn = `${groupArn(logs, filter.group)}:*`
  const call = (service: string) => logs.as({ service, sourceArn }).lambda.Invoke({ FunctionName: filter.destinationArn, ...input })
  try {
    await call('logs.amazonaws.com')
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'AccessDeniedException') throw error
    await call(`logs.${logs.region}.amazonaws.com`)
  }
}

/** Tries the destination as AWS does when a filter is made: a function by its permission, a stream with a control message. */
export async function tryDestination(logs: Logs, filter: SubscriptionFilterRow): Promise<void> {
  if (serviceOf(filter.destinationArn) === 'lambda') return invoke(logs, filter, { InvocationType: 'DryRun' })
  const probe = { id: '', timestamp: logs.now(), message: 'CWL CONTROL MESSAGE: Checking health of destination Kinesis stream.' }
  await send(logs, filter, message(logs, filter, 'CONTROL_MESSAGE', '', [probe]), logs.newId())
}

export const serviceOf = (destinationArn: string): string => destinationArn.split(':')[2] ?? ''
