import type { SetQueueAttributesCommandInput } from '@aws-sdk/client-sqs'
import { sweep } from '../messages/retention.ts'
import { InvalidAttributeValue, noSuchQueue, type LiveQueue, type QueueRow, type Sqs } from '../state.ts'
import { changedAttributes, checkAttributes, checkTogether } from './attributes.ts'
import { textsOf } from './CreateQueue.ts'
import { queueAt, replaceRow } from './live.ts'
import { checkRedrive } from './redrive.ts'

/** Changes attributes, at once (AWS takes up to a minute). Errors: InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue. */
export async function SetQueueAttributes(sqs: Sqs, input: SetQueueAttributesCommandInput): Promise<{}> {
  const queue = await queueAt(sqs, input.QueueUrl)
  const changes = textsOf(input.Attributes)
  const { fifo, retentionMs } = queue.settings
  if (fifo && changes.FifoQueue?.toLowerCase() === 'false') {
    throw new InvalidAttributeValue('Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not supported.')
  }
  checkAttributes(changes, fifo)
  await changeRow(sqs, queue, async (inside, row) => {
    await checkRedrive(inside, row.attributes, changes, row.name)
    const attributes = changedAttributes(row.attributes, changes)
    checkTogether(attributes)
    return { ...row, attributes, modifiedAt: inside.now() }
  })
  if (queue.settings.retentionMs !== retentionMs) await sweep(sqs, queue)
  return {}
}

/** Changes a queue's row and puts it to use. */
export async function changeRow(sqs: Sqs, queue: LiveQueue, change: (inside: Sqs, row: QueueRow) => Promise<QueueRow>): Promise<QueueRow> {
  const changed = await sqs.in({ account: queue.account }).transact(async inside => {
    const row = await inside.tables.queues.get(queue.row.name)
    if (row?.id !== queue.row.id) throw noSuchQueue()
    const after = await change(inside, row)
    await inside.tables.queues.put(after)
    return after
  })
  replaceRow(queue, changed)
  return changed
}
