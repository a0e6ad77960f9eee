import type { ListMessageMoveTasksCommandInput, ListMessageMoveTasksResult } from '@aws-sdk/client-sqs'
import { InvalidParameterValue, type MoveTaskRow, type Sqs } from '../state.ts'
import { taskHandle } from './handles.ts'
import { queueOf } from './StartMessageMoveTask.ts'

const resultsMax = 10

/** The latest tasks of a dead-letter queue, the newest first: one where no number is given, ten at most. Errors: ResourceNotFoundException. */
export async function ListMessageMoveTasks(sqs: Sqs, input: ListMessageMoveTasksCommandInput): Promise<ListMessageMoveTasksResult> {
  const { MaxResults = 1 } = input
  if (MaxResults < 1 || MaxResults > resultsMax) {
    throw new InvalidParameterValue(`Value for parameter MaxResults is invalid. Must be between 1 and ${resultsMax}.`)
  }
  const source = await queueOf(sqs, input.SourceArn!, 'SourceArn')
  const tasks = await sqs.tables.moveTasks.list({ prefix: [source.arn], limit: MaxResults, reverse: true })
  return { Results: tasks.map(taskView) }
}

const taskView = (task: MoveTaskRow) => ({
  ...task.status === 'RUNNING' && { TaskHandle: taskHandle(task) }, Status: task.status, SourceArn: task.source,
    ...task.destinationArn && { DestinationArn: task.destinationArn },
  ...task.perSecond !== undefined && { MaxNumberOfMessagesPerSecond: task.perSecond }, ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.toMove,
  ...task.failureReason && { FailureReason: task.failureReason }, StartedTimestamp: task.startedAt,
})
