import { messagesAvailable, notify } from '../messages/dispatch.ts'
import { dueOrdered, putOrdered, removeOrdered } from '../messages/fifo.ts'
import { countBuried } from '../messages/retention.ts'
import { dueStandard, putStandard, removeStandard } from '../messages/standard.ts'
import { moved } from '../messages/taking.ts'
import { addressOfArn } from '../queues/address.ts'
import { liveQueue } from '../queues/live.ts'
import type { LiveQueue, Message, MoveTaskRow, Sqs } from '../state.ts'

const movedAtOnce = 100
const stepMs = 1000

interface Step { task: MoveTaskRow, messages: { message: Message, to: LiveQueue }[] }

/** Moves some messages of a task in one commit, and queues the next step: at once, or a second later where the task has a bound for a second. */
export async function moveMessages(sqs: Sqs, named: { source: string, startedAt: number, id: string }): Promise<void> {
  const address = addressOfArn(sqs, named.source)
  const source = address && await liveQueue(sqs, address)
  // A queue that was deleted took its messages with it.
  if (!source) return
  const step = await sqs.transact(async (inside): Promise<Step | undefined> => {
    const task = await inside.tables.moveTasks.get(named.source, named.startedAt, named.id)
    if (task?.status !== 'RUNNING') return undefined
    const messages = await (source.settings.fifo ? dueOrdered : dueStandard)(inside, source, Math.min(movedAtOnce, task.perSecond ?? movedAtOnce))
    const targets: Step['messages'] = []
    let failureReason: string | undefined
    for (const message of messages) {
      const arn = task.destinationArn ?? message.deadLetterSource
      const to = arn === undefined ? undefined : await destinationOf(sqs, arn)
      if (!to) {
        failureReason = arn === undefined ? 'CouldNotDetermineMessageSource' : 'AWS.SimpleQueueService.NonExistentQueue'
        break
      }
      targets.push({ message, to })
    }
    for (const { message, to } of targets) await moveOne(inside, source, message, to)
    const after: MoveTaskRow = { ...task, moved: task.moved + targets.length, ...failureReason !== undefined && { failureReason } }
    after.status = failureReason !== undefined ? 'FAILED' : messages.length === 0 || after.moved >= task.toMove ? 'COMPLETED' : 'RUNNING'
    await inside.tables.moveTasks.put(after)
    if (after.status === 'RUNNING') inside.enqueue('moveMessages', named, { id: named.id, at: inside.now() + (task.perSecond === undefined ? 0 : stepMs) })
    for (const to of new Set(targets.map(target => target.to))) notify(inside, to)
    return { task: after, messages: targets }
  })
  if (!step) return
  source.messages -= step.messages.length
  for (const [to, list] of Map.groupBy(step.messages, each => each.to)) {
    countBuried(sqs, to, list.map(({ message }) => message))
    messagesAvailable(sqs, to)
  }
}

async function moveOne(inside: Sqs, source: LiveQueue, message: Message, to: LiveQueue): Promise<void> {
  const { deadLetterSource: _, earlierReceives: __, ...rest } = await moved(inside, message, to, source.arn)
  // AWS takes a message that is moved back for a new one, with an id and a time of its own.
  const fresh: Message = { ...rest, id: inside.newId(), sentAt: inside.now() }
  if (source.settings.fifo) {
    await removeOrdered(inside, [message])
    await putOrdered(inside, fresh)
  } else {
    await removeStandard(inside, message)
    await putStandard(inside, fresh)
  }
}

async function destinationOf(sqs: Sqs, arn: string): Promise<LiveQueue | undefined> {
  const address = addressOfArn(sqs, arn)
  return address && await liveQueue(sqs, address)
}
