import type { AddPermissionCommandInput } from '@aws-sdk/client-sqs'
import { globalArn } from '../../../platform/arns.ts'
import { objectOf } from '../queues/attributes.ts'
import { queueAt } from '../queues/live.ts'
import { changeRow } from '../queues/SetQueueAttributes.ts'
import { invalidValue, MissingParameter, OverLimit, type Sqs } from '../state.ts'

const statementsMax = 20
const actionsMax = 7
const grantable = new Set(['*', 'SendMessage', 'ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes', 'GetQueueUrl',
  'ListDeadLetterSourceQueues', 'PurgeQueue'])
const ownersOnly = new Set([
  'AddPermission', 'CancelMessageMoveTask', 'CreateQueue', 'DeleteQueue', 'ListMessageMoveTasks', 'ListQueues', 'ListQueueTags', 'RemovePermission',
    'SetQueueAttributes',
  'StartMessageMoveTask', 'TagQueue', 'UntagQueue',
])

/** Adds a statement to the queue's policy that lets accounts do some of its actions. Errors: InvalidParameterValue, MissingParameter, OverLimit. */
export async function AddPermission(sqs: Sqs, input: AddPermissionCommandInput): Promise<{}> {
  const queue = await queueAt(sqs, input.QueueUrl)
  const { Label: label = '', AWSAccountIds: accounts = [], Actions: actions = [] } = input
  if (!/^[\w-]{1,80}$/.test(label)) throw invalidValue(label, 'Label', 'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.')
  if (accounts.length === 0) throw new MissingParameter('The request must contain the parameter AWSAccountIds.')
  if (actions.length === 0) throw new MissingParameter('The request must contain the parameter Actions.')
  for (const account of accounts) if (!/^\d{12}$/.test(account)) throw invalidValue(account, 'PrincipalId', 'Unable to verify.')
  if (actions.length > actionsMax) throw new OverLimit(`${actions.length} Actions were found, maximum allowed is ${actionsMax}.`)
  for (const action of actions) {
    if (ownersOnly.has(action)) throw invalidValue(`SQS:${action}`, 'ActionName', 'Only the queue owner is allowed to invoke this action.')
    if (!grantable.has(action)) throw invalidValue(`SQS:${action}`, 'ActionName', 'Please refer to the appropriate WSDL for a list of valid actions.')
  }
  await changeRow(sqs, queue, async (inside, row) => {
    const policy = objectOf(row.attributes.Policy ?? '') ?? { Version: '2008-10-17', Id: `${queue.arn}/SQSDefaultPolicy`, Statement: [] }
    const statements: any[] = [policy.Statement ?? []].flat()
    if (statements.some(({ Sid }) => Sid === label)) throw invalidValue(label, 'Label', 'Already exists.')
    if (statements.length >= statementsMax) throw new OverLimit(`${statements.length + 1} statements were found, maximum allowed is ${statementsMax}.`)
    statements.push({
      Sid: label, Effect: 'Allow', Principal: { AWS: oneOrMany(accounts.map(account => globalArn({ ...place(inside), account }, 'iam', 'root'))) },
      Action: oneOrMany(actions.map(action => `SQS:${action}`)), Resource: queue.arn,
    })
    return { ...row, attributes: { ...row.attributes, Policy: JSON.stringify({ ...policy, Statement: statements }) } }
  })
  return {}
}

const place = ({ partition, account }: Sqs) => ({ partition, account })
const oneOrMany = (texts: string[]) => texts.length === 1 ? texts[0] : texts
