import type { StartMessageMoveTaskCommandInput, StartMessageMoveTaskResult } from '@aws-sdk/client-sqs'
import { addressOfArn, queueArn } from '../queues/address.ts'
import { numbersOf } from '../queues/GetQueueAttributes.ts'
import { liveQueue } from '../queues/live.ts'
import { sourcesOf } from '../queues/redrive.ts'
import { InvalidParameterValue, ResourceNotFoundException, type LiveQueue, type MoveTaskRow, type Sqs } from '../state.ts'
import { taskHandle } from './handles.ts'

const perSecondMax = 500

/**
 * Begins to move the messages of a dead-letter queue to another queue, or back to where they came from. Errors: ResourceNotFoundException,
 * InvalidParameterValue.
 */
export async function StartMessageMoveTask(sqs: Sqs, input: StartMessageMoveTaskCommandInput): Promise<StartMessageMoveTaskResult> {
  const { MaxNumberOfMessagesPerSecond: perSecond } = input
  if (perSecond !== undefined && (perSecond < 1 || perSecond > perSecondMax)) {
    throw new InvalidParameterValue(`Value for parameter MaxNumberOfMessagesPerSecond is invalid. Must be between 1 and ${perSecondMax}.`)
  }
  const source = await queueOf(sqs, input.SourceArn!, 'SourceArn')
  const destination = input.DestinationArn === undefined ? undefined : await queueOf(sqs, input.DestinationArn, 'DestinationArn')
  if (destination === source) throw new InvalidParameterValue('Source queue arn and destination queue arn cannot be the same.')
  const origins = await sourcesOf(sqs, source.arn)
  if (origins.length === 0) throw new InvalidParameterValue('Source queue must be configured as a Dead Letter Queue.')
  if (destination && destination.settings.fifo !== source.settings.fifo) {
    throw new InvalidParameterValue('Source queue and destination queue must be of the same type.')
  }
  await authorizeMove(sqs, source.arn, destination ? [destination.arn] : origins.map(({ name }) => queueArn(sqs, { account: sqs.account, name })))
  const task: MoveTaskRow = {
    source: source.arn, id: sqs.newId(), startedAt: sqs.now(), status: 'RUNNING', ...destination && { destinationArn: destination.arn },
    ...perSecond !== undefined && { perSecond }, moved: 0, toMove: numbersOf(source, sqs.now()).visible,
  }
  await sqs.transact(async inside => {
    const [latest] = await inside.tables.moveTasks.list({ prefix: [source.arn], limit: 1, reverse: true })
    if (latest?.status === 'RUNNING') {
      throw new InvalidParameterValue('There is already a task running. Only one active task is allowed for a source queue arn at a given time.')
    }
    await inside.tables.moveTasks.put(task)
    inside.enqueue('moveMessages', { source: task.source, startedAt: task.startedAt, id: task.id }, { id: task.id })
  })
  return { TaskHandle: taskHandle(task) }
}

/** Who moves messages needs the permissions for what moving them takes. */
async function authorizeMove(sqs: Sqs, source: string, destinations: readonly string[]): Promise<void> {
  for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes']) await sqs.authorize({ action, resource: source })
  for (const resource of destinations) await sqs.authorize({ action: 'sqs:SendMessage', resource })
}

/** The queue of an ARN of the caller's. Throws ResourceNotFoundException. */
export async function queueOf(sqs: Sqs, arn: string, parameter: string): Promise<LiveQueue> {
  const address = addressOfArn(sqs, arn)
  const queue = address?.account === sqs.account ? await liveQueue(sqs, address) : undefined
  if (!queue) throw new ResourceNotFoundException(`The resource that you specified for the ${parameter} parameter doesn't exist.`)
  return queue
}
