import { oldestOrdered } from '../messages/fifo.ts'
import { quietShare } from '../messages/fairness.ts'
import { oldestStandard } from '../messages/standard.ts'
import type { LiveQueue, Sqs } from '../state.ts'
import { numbersOf } from './GetQueueAttributes.ts'

const minuteMs = 60_000
/** AWS reports on a queue until it was not used for six hours. */
const activeMs = 6 * 3_600_000

/** Reports one figure of a queue to CloudWatch. */
export function measure(sqs: Sqs, queue: LiveQueue, name: string, value: number, unit = 'Count'): void {
  sqs.sinks.metric({ account: queue.account, region: queue.region, namespace: 'AWS/SQS', name, dimensions: { QueueName: queue.row.name }, value, unit,
    at: sqs.now() })
}

/** Notes that a queue is in use, and reports its numbers each minute from then on, until it no longer is. */
export function used(sqs: Sqs, queue: LiveQueue): void {
  queue.usedAt = sqs.now()
  if (queue.tick || queue.isGone || sqs.state.closed) return
  const background = sqs.state.at({ account: queue.account, region: queue.region })
  const arm = () => {
    queue.tick = sqs.clock.at(background.now() + minuteMs, async () => {
      queue.tick = undefined
      if (queue.isGone || sqs.state.closed) return
      await report(background, queue)
      if (queue.usedAt + activeMs > background.now()) arm()
    })
  }
  arm()
}

async function report(sqs: Sqs, queue: LiveQueue): Promise<void> {
  const { visible, inFlight, delayed } = numbersOf(queue, sqs.now())
  measure(sqs, queue, 'ApproximateNumberOfMessagesVisible', visible)
  measure(sqs, queue, 'ApproximateNumberOfMessagesNotVisible', inFlight)
  measure(sqs, queue, 'ApproximateNumberOfMessagesDelayed', delayed)
  const oldest = queue.messages > 0 ? await (queue.settings.fifo ? oldestOrdered : oldestStandard)(sqs, queue, 1) : []
  measure(sqs, queue, 'ApproximateAgeOfOldestMessage', oldest[0] ? Math.floor((sqs.now() - oldest[0].sentAt) / 1000) : 0, 'Seconds')
  if (queue.settings.fifo) measure(sqs, queue, 'ApproximateNumberOfGroupsWithInflightMessages', await groupsInFlight(sqs, queue))
  else await reportGroups(sqs, queue)
}

async function groupsInFlight(sqs: Sqs, queue: LiveQueue): Promise<number> {
  const q = queue.row.data
  return queue.inFlight.count(sqs.now()) === 0 ? 0 : (await sqs.tables.turns.list({ prefix: [q], from: [q, sqs.now() + 1] })).length
}

/** The figures of a fair queue: a standard one whose messages name groups. */
async function reportGroups(sqs: Sqs, queue: LiveQueue): Promise<void> {
  const share = await quietShare(sqs, queue)
  if (!share) return
  measure(sqs, queue, 'ApproximateNumberOfNoisyGroups', share.noisyGroups)
  measure(sqs, queue, 'ApproximateNumberOfMessagesVisibleInQuietGroups', share.visible)
  measure(sqs, queue, 'ApproximateNumberOfMessagesNotVisibleInQuietGroups', share.inFlight)
  measure(sqs, queue, 'ApproximateNumberOfMessagesDelayedInQuietGroups', share.delayed)
  measure(sqs, queue, 'ApproximateAgeOfOldestMessageInQuietGroups', share.oldestSeconds, 'Seconds')
}
