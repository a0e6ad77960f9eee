import type { CancelMessageMoveTaskCommandInput, CancelMessageMoveTaskResult } from '@aws-sdk/client-sqs'
import { InvalidParameterValue, ResourceNotFoundException, type Sqs } from '../state.ts'
import { taskOf } from './handles.ts'
import { queueOf } from './StartMessageMoveTask.ts'

/** Stops a task; what was moved stays moved. Errors: ResourceNotFoundException, InvalidParameterValue. */
export async function CancelMessageMoveTask(sqs: Sqs, input: CancelMessageMoveTaskCommandInput): Promise<CancelMessageMoveTaskResult> {
  const { id, source } = taskOf(input.TaskHandle!)
  await queueOf(sqs, source, 'SourceArn')
  const moved = await sqs.transact(async inside => {
    const task = (await inside.tables.moveTasks.list({ prefix: [source] })).find(each => each.id === id)
    if (!task) throw new ResourceNotFoundException('Task does not exist.')
    if (task.status !== 'RUNNING') throw new InvalidParameterValue('Only active tasks can be cancelled.')
    await inside.tables.moveTasks.put({ ...task, status: 'CANCELLED' })
    inside.cancel('moveMessages', id)
    return task.moved
  })
  return { ApproximateNumberOfMessagesMoved: moved }
}
