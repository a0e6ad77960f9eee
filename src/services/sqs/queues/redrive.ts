import { invalidValue, type QueueRow, type Sqs } from '../state.ts'
import { addressOfArn, queueArn } from './address.ts'
import { allowOf, redriveOf } from './attributes.ts'

/** A dead-letter queue has to exist, in the same account and region and of the same type, and has to allow this source. */
export async function checkRedrive(inside: Sqs, attributes: Record<string, string>, asked: Record<string, string>, name: string): Promise<void> {
  if (!asked.RedrivePolicy) return
  const invalid = (reason: string) => invalidValue(asked.RedrivePolicy, 'RedrivePolicy', reason)
  const address = addressOfArn(inside, redriveOf(asked.RedrivePolicy).arn)
  const dead: QueueRow | undefined = address?.account === inside.account ? await inside.tables.queues.get(address.name) : undefined
  if (!dead) throw invalid('Dead letter target does not exist.')
  if ((dead.attributes.FifoQueue === 'true') !== (attributes.FifoQueue === 'true')) throw invalid('Dead-letter queue must be same type of queue as the source.')
  if (dead.attributes.RedriveAllowPolicy === undefined) return
  const { permission, sources } = allowOf(dead.attributes.RedriveAllowPolicy)
  const isAllowed = permission === 'allowAll' || (permission === 'byQueue' && sources.includes(queueArn(inside, { account: inside.account, name })))
  if (!isAllowed) throw invalid('Dead-letter queue does not allow this source queue, see its RedriveAllowPolicy.')
}

/** The queues whose dead letters come to this one, by name. */
export async function sourcesOf(sqs: Sqs, arn: string): Promise<QueueRow[]> {
  const rows = await sqs.tables.queues.list()
  return rows.filter(({ attributes }) => attributes.RedrivePolicy !== undefined && redriveOf(attributes.RedrivePolicy).arn === arn)
}
