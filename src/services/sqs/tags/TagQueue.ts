import type { TagQueueCommandInput } from '@aws-sdk/client-sqs'
import { tagProblem } from '../../../platform/tags.ts'
import { queueAt } from '../queues/live.ts'
import { changeRow } from '../queues/SetQueueAttributes.ts'
import { InvalidParameterValue, type Sqs } from '../state.ts'

/** Adds tags, 50 at most, or overwrites them. Errors: InvalidParameterValue. */
export async function TagQueue(sqs: Sqs, input: TagQueueCommandInput): Promise<{}> {
  const queue = await queueAt(sqs, input.QueueUrl)
  await changeRow(sqs, queue, async (_, row) => {
    const problem = tagProblem(input.Tags!, row.tags)
    if (problem) throw new InvalidParameterValue(problem)
    return { ...row, tags: { ...row.tags, ...input.Tags } }
  })
  return {}
}
