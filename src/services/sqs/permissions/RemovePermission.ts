import type { RemovePermissionCommandInput } from '@aws-sdk/client-sqs'
import { objectOf } from '../queues/attributes.ts'
import { queueAt } from '../queues/live.ts'
import { changeRow } from '../queues/SetQueueAttributes.ts'
import { invalidValue, type Sqs } from '../state.ts'

/** Takes the statement of a label out of the queue's policy; the last one takes the policy with it. Errors: InvalidParameterValue. */
export async function RemovePermission(sqs: Sqs, input: RemovePermissionCommandInput): Promise<{}> {
  const queue = await queueAt(sqs, input.QueueUrl)
  await changeRow(sqs, queue, async (_, row) => {
    const policy = objectOf(row.attributes.Policy ?? '')
    const statements: any[] = [policy?.Statement ?? []].flat()
    const rest = statements.filter(({ Sid }) => Sid !== input.Label)
    if (rest.length === statements.length) throw invalidValue(input.Label, 'Label', "can't find label.")
    const { Policy: _policy, ...others } = row.attributes
    return { ...row, attributes: rest.length === 0 ? others : { ...others, Policy: JSON.stringify({ ...policy, Statement: rest }) } }
  })
  return {}
}
