import type { DetectStackSetDriftInput, DetectStackSetDriftOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { beginOperation, checkAdministration } from './operation.ts'
import { requireStackSet } from './stackset.ts'

/** Begins to compare the stacks of all instances with their template. */
export const DetectStackSetDrift = longRunning(async (cfn: CloudFormation, input: DetectStackSetDriftInput): Promise<DetectStackSetDriftOutput> => {
  const set = await requireStackSet(cfn, input.StackSetName)
  await checkAdministration(cfn, set)
  return cfn.transact(async tx => {
    const targets = (await tx.tables.stackInstances.list({ prefix: [set.id] })).map(({ account, region }) => ({ account, region }))
    const OperationId = await beginOperation(tx, set, {
      action: 'DETECT_DRIFT', targets, preferences: input.OperationPreferences, operationId: input.OperationId
    })
    const drift = { status: 'IN_PROGRESS' as const, at: tx.now(), total: targets.length, drifted: 0, inSync: 0, failed: 0 }
    const fresh = await tx.tables.stackSets.get(set.id)
    await tx.tables.stackSets.put({ ...fresh ?? set, drift })
    return { OperationId }
  })
})
