import type { UpdateStackInput, UpdateStackOutput } from '@aws-sdk/client-cloudformation'
import { changesOf } from '../changesets/changes.ts'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { policyGiven } from '../policies/policy-input.ts'
import { planOrFailure } from './plan.ts'
import { begin, checkRole, checkState, checkTags, deploymentOf, repeated, requireStack, updatable } from './stack.ts'

/** Begins to update a stack to a template, parameters and tags; throws ValidationError `No updates are to be performed.` where nothing differs. */
export const UpdateStack = longRunning(async (cfn: CloudFormation, input: UpdateStackInput): Promise<UpdateStackOutput> => {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  if (stack.status === 'DELETE_COMPLETE') throw new ValidationError(`Stack [${stack.name}] does not exist`)
  if (await repeated(cfn, stack, input.ClientRequestToken, 'UPDATE')) return { StackId: stack.id }
  checkState(stack, updatable)
  const deployment = deploymentOf(input)
  await checkRole(cfn, input.RoleARN)
  const plan = await planOrFailure(cfn, stack, input, stack.model)
  checkTags(plan.model.tags)
  const policy = await policyGiven(cfn, input.StackPolicyBody, input.StackPolicyURL, plan.template)
  const duringUpdate = await policyGiven(cfn, input.StackPolicyDuringUpdateBody, input.StackPolicyDuringUpdateURL, undefined)
  const same = plan.failure === undefined && (await changesOf(cfn, stack, plan)).same
  if (same && !stack.operation?.stopped && policy !== undefined) {
    // A new policy alone is set at once, and nothing is updated.
    await cfn.transact(async tx => tx.tables.stacks.put({ ...await requireStack(tx, stack.id), policy }))
    return { StackId: stack.id }
  }
  if (same && !stack.operation?.stopped) throw new ValidationError('No updates are to be performed.')
  return cfn.transact(async tx => {
    const fresh = await requireStack(tx, stack.id)
    checkState(fresh, updatable)
    await tx.tables.templates.put(plan.row)
    const { description: _, ...rest } = fresh
    const described = { ...rest, ...plan.template.Description !== undefined && { description: plan.template.Description }, updatedAt: tx.now() }
    const next = {
      ...described, ...deployment,
      ...input.RetainExceptOnCreate !== undefined && { retainExceptOnCreate: input.RetainExceptOnCreate },
      ...policy !== undefined && { policy },
    }
    const OperationId = await begin(tx, next, {
      policy: duringUpdate ?? fresh.policy, status: 'UPDATE_IN_PROGRESS', kind: 'UPDATE', token: input.ClientRequestToken, roleArn: input.RoleARN,
      model: plan.model, failure: plan.failure, transformed: plan.row.transformed, disableRollback: deployment.disableRollback,
    })
    return { StackId: stack.id, OperationId }
  })
})
