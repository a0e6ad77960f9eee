import type { UpdateStackInstancesInput, UpdateStackInstancesOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { overridesOf, targetsOf } from './input.ts'
import { beginOperation, checkAdministration } from './operation.ts'
import { requireInstance, requireStackSet, templateOf } from './stackset.ts'

/** Begins to give instances other parameters than their set has. */
export const UpdateStackInstances = longRunning(async (cfn: CloudFormation, input: UpdateStackInstancesInput): Promise<UpdateStackInstancesOutput> => {
  const set = await requireStackSet(cfn, input.StackSetName)
  const [targets, template] = [await targetsOf(cfn, set, input), templateOf(set)]
  for (const { account, region } of targets) await requireInstance(cfn, set, account, region)
  overridesOf(template, input.ParameterOverrides, undefined)
  await checkAdministration(cfn, set)
  return cfn.transact(async tx => ({
    OperationId: await beginOperation(tx, set, {
      action: 'UPDATE', targets, preferences: input.OperationPreferences, operationId: input.OperationId,
      prepare: (_, instance) => instance && { ...instance, status: 'OUTDATED', overrides: overridesOf(template, input.ParameterOverrides, instance) },
    }),
  }))
})
