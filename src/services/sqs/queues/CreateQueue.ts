import type { CreateQueueCommandInput, CreateQueueResult } from '@aws-sdk/client-sqs'
import { tagProblem } from '../../../platform/tags.ts'
import { openSequence, nextNumber } from '../sequence.ts'
import { InvalidParameterValue, QueueDeletedRecently, QueueNameExists, recreateAfterMs, type QueueRow, type Sqs } from '../state.ts'
import { urlOf } from './address.ts'
import { checkAttributes, checkTogether, newAttributes, normal, removable } from './attributes.ts'
import { checkRedrive } from './redrive.ts'

/**
 * Creates a queue, or answers the one of that name where all that is asked for is what it has. Errors: QueueNameExists, QueueDeletedRecently,
 * InvalidAttributeName, InvalidAttributeValue, InvalidParameterValue.
 */
export async function CreateQueue(sqs: Sqs, input: CreateQueueCommandInput): Promise<CreateQueueResult> {
  const name = input.QueueName!
  const asked = textsOf(input.Attributes)
  const fifo = asked.FifoQueue?.toLowerCase() === 'true'
  checkName(name, fifo)
  checkAttributes(asked, fifo)
  const attributes = newAttributes(asked, fifo)
  checkTogether(attributes)
  const tags = { ...input.tags }
  const problem = tagProblem(tags)
  if (problem) throw new InvalidParameterValue(problem)
  await openSequence(sqs)
  const output = { QueueUrl: urlOf(sqs, { account: sqs.account, name }) }
  return sqs.transact(async inside => {
    const existing = await inside.tables.queues.get(name)
    if (existing) {
      checkSame(existing, asked)
      return output
    }
    await checkRedrive(inside, attributes, asked, name)
    const deleted = await inside.tables.deletedQueues.get(name)
    if (deleted && deleted.at + recreateAfterMs > inside.now()) {
      throw new QueueDeletedRecently('You must wait 60 seconds after deleting a queue before you can create another with the same name.')
    }
    if (deleted) await inside.tables.deletedQueues.delete(name)
    const number = nextNumber(inside)
    await inside.tables.queues.put({ name, id: number, data: number, createdAt: inside.now(), modifiedAt: inside.now(), attributes, tags })
    await inside.tables.counts.put({ q: number, messages: 0 })
    return output
  })
}

/** CloudFormation and some clients send numbers and booleans. */
export const textsOf = (attributes: Record<string, unknown> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes ?? {}).filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)]))

function checkName(name: string, fifo: boolean): void {
  if (fifo && !/^[\w-]{1,75}\.fifo$/.test(name)) {
    throw new InvalidParameterValue(
      'The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.'
    )
  }
  if (!fifo && !/^[\w-]{1,80}$/.test(name)) {
    throw new InvalidParameterValue('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length')
  }
}

/** Creating a queue again is no error where it is the same one, in everything that is asked for. Tags are not compared. */
function checkSame(existing: QueueRow, asked: Record<string, string>): void {
  for (const [name, value] of Object.entries(asked)) {
    const wanted = value === '' && removable.has(name) ? undefined : normal(name, value)
    if (existing.attributes[name] === wanted) continue
    throw new QueueNameExists(`A queue already exists with the same name and a different value for attribute ${name}`)
  }
}
