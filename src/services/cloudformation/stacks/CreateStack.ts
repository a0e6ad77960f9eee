import type { CreateStackInput, CreateStackOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import { AlreadyExistsException, type CloudFormation, type StackRow } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { policyGiven } from '../policies/policy-input.ts'
import { planOrFailure } from './plan.ts'
import { begin, checkRole, checkStackName, checkTags, deploymentOf, repeated, stackArn, stackAt } from './stack.ts'

/** Checks everything that can be known beforehand, then begins to create. Throws ValidationError, AlreadyExistsException, InsufficientCapabilitiesException. */
export const CreateStack = longRunning(async (cfn: CloudFormation, input: CreateStackInput): Promise<CreateStackOutput> => {
  const name = input.StackName ?? ''
  checkStackName(name)
  refuse(input)
  const deployment = deploymentOf(input)
  const existing = await stackAt(cfn, name)
  if (await repeated(cfn, existing, input.ClientRequestToken, 'CREATE')) return { StackId: existing!.id }
  if (existing) throw new AlreadyExistsException(`Stack [${name}] already exists`)
  await checkRole(cfn, input.RoleARN)
  const id = stackArn(cfn, name, cfn.newId())
  const plan = await planOrFailure(cfn, { name, id }, input)
  checkTags(plan.model.tags)
  const policy = await policyGiven(cfn, input.StackPolicyBody, input.StackPolicyURL, plan.template)
  return cfn.transact(async tx => {
    if (await tx.tables.names.get(name)) throw new AlreadyExistsException(`Stack [${name}] already exists`)
    await tx.tables.templates.put(plan.row)
    await tx.tables.names.put({ name, stackId: id })
    const nesting = await tx.tables.nestings.get(name)
    if (nesting) await tx.tables.nestings.delete(name)
    const stack: StackRow = {
      id, name, status: '', model: plan.model, outputs: [], createdAt: tx.now(), ...deployment, creator: tx.principal,
      terminationProtection: input.EnableTerminationProtection ?? false, ...plan.template.Description !== undefined && {
        description: plan.template.Description,
      },
      ...input.TimeoutInMinutes !== undefined && { timeoutMinutes: input.TimeoutInMinutes }, ...input.RetainExceptOnCreate && { retainExceptOnCreate: true },
      ...policy !== undefined && { policy }, ...nesting && { parentId: nesting.parentId, rootId: nesting.rootId },
    }
    const onFailure = input.OnFailure ?? (deployment.disableRollback ? 'DO_NOTHING' : 'ROLLBACK')
    const OperationId = await begin(tx, stack, {
      status: 'CREATE_IN_PROGRESS', kind: 'CREATE', token: input.ClientRequestToken, roleArn: input.RoleARN, onFailure, failure: plan.failure,
      transformed: plan.row.transformed,
    })
    return { StackId: id, OperationId }
  })
})

function refuse(input: CreateStackInput): void {
  if (input.OnFailure !== undefined && input.DisableRollback !== undefined) throw new ValidationError('Specify only one of OnFailure and DisableRollback.')
}
