import type { Message } from '@aws-sdk/client-sqs'
import type { Aws } from '../../../contracts/aws.ts'
import { queueUrl } from '../async/destinations.ts'
import { syncPayloadBytesMax, type Lambda } from '../state.ts'
import { countEvents } from '../metrics.ts'
import { withoutLoops } from '../recursion/messages.ts'
import { recordFilter } from './filter.ts'
import { invokeWith, itemFailures } from './invocation.ts'
import type { Rest } from './rest.ts'
import type { MappingRow } from './rows.ts'

const receiveMax = 10
/** Batches that AWS begins with, and how many more it takes on a minute while messages are left. */
const concurrentAtFirst = 5
const concurrentMorePerMinute = 300
const concurrentMax = 1250
/** Batches that one provisioned poller has under way at a time. */
const concurrentPerPoller = 10
/** What provisioned pollers take on a minute, from their minimum to their maximum. */
const concurrentMorePerMinuteOfPollers = 1000

export interface Poller {
  /** The mapping as it is now; undefined when the polling has ended. */
  mapping(): MappingRow | undefined
  /** False as soon as the polling is to end, or to begin anew. */
  isPolling(): boolean
  interrupt(): void
  newRest(): Rest
  /** The mapping's filters, opened where they are sealed. */
  filters(): Promise<readonly string[]>
  aws(): Promise<Aws>
  report(result: string): void
  /** Does work beside the polling, counted as activity. */
  spawn(work: () => Promise<void>): void
}

/** Polls a queue until the mapping ends: takes batches, as many at a time as AWS would, and deletes what the function has handled. */
export async function pollQueue(lambda: Lambda, poller: Poller, rest: Rest): Promise<void> {
  let underWay = 0
  let busySinceMs: number | undefined
  for (let mapping = poller.mapping(); mapping; mapping = poller.mapping()) {
    const cap = concurrencyOf(mapping, busySinceMs === undefined ? 0 : lambda.now() - busySinceMs)
    if (underWay >= cap) {
      await rest.sleep(lambda.now() + 1000)
      continue
    }
    const batch = await collect(lambda, mapping, poller, rest)
    if (batch.length === 0) {
      if (underWay === 0) busySinceMs = undefined
      await rest.sleep()
      continue
    }
    busySinceMs ??= lambda.now()
    underWay++
    poller.spawn(async () => {
      try {
        await handle(lambda, mapping, poller, batch)
      } finally {
        underWay--
        rest.wake()
      }
    })
  }
}

/** Batches that may be under way, of a queue that has had messages left for so long. */
export function concurrencyOf({ maximumConcurrency, pollers }: Pick<MappingRow, 'maximumConcurrency' | 'pollers'>, busyMs: number): number {
  if (pollers) {
    const grown = pollers.minimum * concurrentPerPoller + Math.floor(busyMs / 60_000 * concurrentMorePerMinuteOfPollers)
    return Math.min(grown, pollers.maximum * concurrentPerPoller)
  }
  const grown = concurrentAtFirst + Math.floor(busyMs / 60_000 * concurrentMorePerMinute)
  return Math.min(grown, maximumConcurrency ?? concurrentMax)
}

/** Receives until the batch is full, the window has passed, or, where there is no window, the queue is empty. What the filters do not want is deleted. */
async function collect(lambda: Lambda, mapping: MappingRow, poller: Poller, rest: Rest): Promise<Message[]> {
  const { sqs } = await poller.aws()
  const QueueUrl = queueUrl(lambda, mapping.sourceArn)
  const passes = recordFilter('sqs', await poller.filters())
  const batch: Message[] = []
  let bytes = 0
  let untilMs: number | undefined
  while (batch.length < mapping.batchSize && bytes < syncPayloadBytesMax / 2 && poller.mapping()) {
    const { Messages: messages = [] } = await sqs.ReceiveMessage({
      QueueUrl, MaxNumberOfMessages: Math.min(receiveMax, mapping.batchSize - batch.length), WaitTimeSeconds: 0, MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    })
    const unwanted: Message[] = []
    countEvents(lambda, mapping, 'PolledEventCount', messages.length)
    for (const message of messages) {
      if (!passes(recordOf(lambda, mapping, message))) unwanted.push(message)
      else {
        batch.push(message)
        bytes += message.Body!.length
      }
    }
    countEvents(lambda, mapping, 'FilteredOutEventCount', unwanted.length)
    if (unwanted.length > 0) await remove(lambda, mapping, await poller.aws(), unwanted)
    if (messages.length > 0) {
      untilMs ??= lambda.now() + mapping.windowSeconds * 1000
      if (mapping.windowSeconds === 0 && batch.length > 0) break
      continue
    }
    if (untilMs === undefined || lambda.now() >= untilMs) break
    await rest.sleep(untilMs)
  }
  return batch
}

async function handle(lambda: Lambda, mapping: MappingRow, poller: Poller, received: Message[]): Promise<void> {
  const { messages: batch, lineage } = await withoutLoops(lambda, mapping, received)
  if (batch.length === 0) return poller.report('PROBLEM: Function call failed')
  const handled = await invokeWith(lambda, mapping, { Records: batch.map(message => recordOf(lambda, mapping, message)) }, lineage)
  if (handled.kind !== 'done') {
    // The messages come back when their visibility timeout is over.
    return poller.report(handled.kind === 'throttled' ? 'PROBLEM: Function call was throttled' : 'PROBLEM: Function call failed')
  }
  const failed = mapping.reportsItemFailures ? itemFailures(handled.response, id => batch.some(message => message.MessageId === id)) : []
  poller.report('OK')
  countEvents(lambda, mapping, 'FailedInvokeEventCount', failed === 'all' ? batch.length : failed.length)
  if (failed === 'all') return
  const handledOnes = batch.filter(message => !failed.includes(message.MessageId!))
  await remove(lambda, mapping, await poller.aws(), handledOnes)
  countEvents(lambda, mapping, 'DeletedEventCount', handledOnes.length)
}

async function remove(lambda: Lambda, mapping: MappingRow, { sqs }: Aws, messages: Message[]): Promise<void> {
  const QueueUrl = queueUrl(lambda, mapping.sourceArn)
  for (let at = 0; at < messages.length; at += receiveMax) {
    await sqs.DeleteMessageBatch({
      QueueUrl, Entries: messages.slice(at, at + receiveMax).map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle })),
    })
  }
}

/** A message as the function sees it. */
function recordOf(lambda: Lambda, mapping: MappingRow, message: Message) {
  const attributes = Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, {
    ...value.StringValue !== undefined && { stringValue: value.StringValue }, ...value.BinaryValue && {
      binaryValue: Buffer.from(value.BinaryValue).toString('base64'),
    },
    stringListValues: [], binaryListValues: [], dataType: value.DataType,
  }])
  return {
    messageId: message.MessageId, receiptHandle: message.ReceiptHandle, body: message.Body, attributes: message.Attributes ?? {},
    messageAttributes: Object.fromEntries(attributes),
    ...message.MD5OfMessageAttributes && { md5OfMessageAttributes: message.MD5OfMessageAttributes }, md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs', eventSourceARN: mapping.sourceArn, awsRegion: lambda.region,
  }
}
