import type { CreateStackInstancesInput, CreateStackInstancesOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { deployTo } from './auto-deployment.ts'
import { overridesOf, targetsOf } from './input.ts'
import { beginOperation, checkAdministration, newInstance } from './operation.ts'
import { requireStackSet, templateOf } from './stackset.ts'

/** Begins to make the set's stack in accounts and regions; where it stands already, it is brought up to date. */
export const CreateStackInstances = longRunning(async (cfn: CloudFormation, input: CreateStackInstancesInput): Promise<CreateStackInstancesOutput> => {
  const set = await requireStackSet(cfn, input.StackSetName)
  const [targets, template] = [await targetsOf(cfn, set, input), templateOf(set)]
  overridesOf(template, input.ParameterOverrides, undefined)
  await checkAdministration(cfn, set)
  const units = input.DeploymentTargets?.OrganizationalUnitIds
  return cfn.transact(async tx => {
    const OperationId = await beginOperation(tx, set, {
      action: 'CREATE', targets, preferences: input.OperationPreferences, operationId: input.OperationId, ...units && { told: { units } },
      prepare: (target, instance) => ({ ...instance ?? newInstance(tx, set, target), overrides: overridesOf(template, input.ParameterOverrides, instance) }),
    })
    if (units) await deployTo(tx, set, units, input.Regions ?? [])
    return { OperationId }
  })
})
