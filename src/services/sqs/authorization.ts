import { taskOf } from './moves/handles.ts'
import { addressOf, queueArn, type Address } from './queues/address.ts'
import { liveQueue } from './queues/live.ts'
import type { Sqs } from './state.ts'

interface NamesQueue { QueueUrl?: string | undefined, QueueName?: string | undefined, QueueOwnerAWSAccountId?: string | undefined }

function addressIn(sqs: Sqs, input: NamesQueue): Address {
  return input.QueueUrl === undefined ? { account: input.QueueOwnerAWSAccountId ?? sqs.account, name: input.QueueName ?? '*' } : addressOf(sqs, input.QueueUrl)
}

/** A rule for an operation on a queue, which its policy can open to other accounts; `action` where a batch needs the permission of the single one. */
export const onQueue = (action?: string) => ({
  ...action !== undefined && { action: `sqs:${action}` },
  resource: (sqs: Sqs, input: NamesQueue) => queueArn(sqs, addressIn(sqs, input)),
  resourcePolicy: async (sqs: Sqs, input: NamesQueue) => (await liveQueue(sqs, addressIn(sqs, input)))?.settings.policy,
  resourceTags: async (sqs: Sqs, input: NamesQueue) => (await liveQueue(sqs, addressIn(sqs, input)))?.row.tags,
})

/** The same for what only the queue's own account may do, whatever its policy says to others. */
export const onOwnQueue = () => {
  const rule = onQueue()
  const resourcePolicy = async (sqs: Sqs, input: NamesQueue) => addressIn(sqs, input).account === sqs.account ? rule.resourcePolicy(sqs, input) : undefined
  return { ...rule, resourcePolicy }
}

/** The queue of a move task; a handle that is none is refused by the operation, in its own words. */
export function sourceOfTask(handle: string | undefined): string {
  try {
    return taskOf(handle ?? '').source
  } catch {
    return '*'
  }
}
