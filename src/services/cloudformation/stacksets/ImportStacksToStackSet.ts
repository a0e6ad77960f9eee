import type { ImportStacksToStackSetInput, ImportStacksToStackSetOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { beginOperation, checkAdministration, newInstance, type Target } from './operation.ts'
import { requireStackSet, StackNotFoundException } from './stackset.ts'

const stacksMax = 10

/** Takes stacks that stand into a set, as its instances; the set's template is then theirs. */
export const ImportStacksToStackSet = longRunning(async (cfn: CloudFormation, input: ImportStacksToStackSetInput): Promise<ImportStacksToStackSetOutput> => {
  const set = await requireStackSet(cfn, input.StackSetName)
  if (input.StackIdsUrl !== undefined) throw new ValidationError('StackIdsUrl is not implemented by Fogbank.')
  if (input.OrganizationalUnitIds?.length) throw new ValidationError('OrganizationalUnitIds are not implemented by Fogbank for imports.')
  const ids = input.StackIds ?? []
  if (ids.length === 0 || ids.length > stacksMax) throw new ValidationError(`StackIds must name 1 to ${stacksMax} stacks`)
  await checkAdministration(cfn, set)
  const stacks = new Map<string, string>()
  const targets = ids.map((id): Target => {
    const [, , service, region = '', account = ''] = id.split(':')
    if (service !== 'cloudformation') throw new StackNotFoundException(`Stack with id ${id} does not exist`)
    stacks.set(`${account}/${region}`, id)
    return { account, region }
  })
  for (const { account, region } of targets) {
    const taken = await cfn.tables.stackInstances.get(set.id, account, region)
    if (taken) throw new ValidationError(`The stack set has an instance in account ${account} and region ${region} already`)
  }
  return cfn.transact(async tx => ({
    OperationId: await beginOperation(tx, set, {
      action: 'CREATE', targets, preferences: input.OperationPreferences, operationId: input.OperationId,
      prepare: target => {
        const stackId = stacks.get(`${target.account}/${target.region}`)!
        return { ...newInstance(tx, set, target), stackId, stackName: stackId.split('/')[1]! }
      },
    }),
  }))
})
