import type { DeleteStackSetInput, DeleteStackSetOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { OperationInProgressException, stackSetAt, StackSetNotEmptyException } from './stackset.ts'

/** Deletes a set that has no instances; one that is not there is no error. */
export async function DeleteStackSet(cfn: CloudFormation, input: DeleteStackSetInput): Promise<DeleteStackSetOutput> {
  const set = await stackSetAt(cfn, input.StackSetName ?? '')
  if (!set || set.status === 'DELETED') return {}
  const running = (await cfn.tables.stackSetOperations.list({ prefix: [set.id] })).find(row => ['RUNNING', 'STOPPING', 'QUEUED'].includes(row.status))
  if (running) throw new OperationInProgressException(`Another Operation on StackSet ${set.id} is in progress: ${running.id}`)
  if ((await cfn.tables.stackInstances.list({ prefix: [set.id], limit: 1 })).length > 0) throw new StackSetNotEmptyException('StackSet is not empty')
  await cfn.tables.stackSets.put({ ...set, status: 'DELETED' })
  await cfn.tables.stackSetNames.delete(set.name)
  await cfn.tables.autoDeployingSets.delete(cfn.region, set.id)
  return {}
}
