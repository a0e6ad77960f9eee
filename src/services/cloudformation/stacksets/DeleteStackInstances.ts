import type { DeleteStackInstancesInput, DeleteStackInstancesOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { withdrawFrom } from './auto-deployment.ts'
import { targetsOf } from './input.ts'
import { beginOperation, checkAdministration } from './operation.ts'
import { requireStackSet, StackInstanceNotFoundException } from './stackset.ts'

/** Begins to delete instances with their stacks; `RetainStacks` leaves the stacks. */
export const DeleteStackInstances = longRunning(async (cfn: CloudFormation, input: DeleteStackInstancesInput): Promise<DeleteStackInstancesOutput> => {
  const set = await requireStackSet(cfn, input.StackSetName)
  const wanted = await targetsOf(cfn, set, input)
  const rows = await Promise.all(wanted.map(({ account, region }) => cfn.tables.stackInstances.get(set.id, account, region)))
  const targets = wanted.filter((_, at) => rows[at])
  const units = input.DeploymentTargets?.OrganizationalUnitIds ?? []
  // A unit without accounts may be what a set waits for.
  const awaited = units.some(unit => set.unitRegions?.[unit]?.some(region => input.Regions?.includes(region)))
  if (targets.length === 0 && !awaited) {
    throw new StackInstanceNotFoundException(`No stack instances of stack set ${set.id} are at the given accounts and regions`)
  }
  await checkAdministration(cfn, set)
  const whole = (input.DeploymentTargets?.AccountFilterType ?? 'NONE') === 'NONE'
  return cfn.transact(async tx => {
    const OperationId = await beginOperation(tx, set, {
      action: 'DELETE', targets, preferences: input.OperationPreferences, operationId: input.OperationId, retain: input.RetainStacks,
    })
    if (whole) await withdrawFrom(tx, set, units, input.Regions ?? [])
    return { OperationId }
  })
})
