import type { UpdateStackSetInput, UpdateStackSetOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import { tagsFromList } from '../../../platform/tags.ts'
import { templateAt } from '../stacks/plan.ts'
import { checkTags } from '../stacks/stack.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { autoDeploymentOf, noteAutoDeployment } from './auto-deployment.ts'
import { refuse } from './CreateStackSet.ts'
import { checkedTemplate, targetsOf } from './input.ts'
import { beginOperation, checkAdministration, type Target } from './operation.ts'
import type { StackInstanceRow, StackSetRow } from './rows.ts'
import { requireStackSet } from './stackset.ts'

/** Changes a set and begins to update its instances: all of them, or those that are named; the others are then OUTDATED. */
export const UpdateStackSet = longRunning(async (cfn: CloudFormation, input: UpdateStackSetInput): Promise<UpdateStackSetOutput> => {
  const set = await requireStackSet(cfn, input.StackSetName)
  refuse(input)
  if (input.PermissionModel !== undefined && input.PermissionModel !== set.permissionModel) {
    throw new ValidationError('The permission model of a stack set cannot be changed.')
  }
  const next = await changed(cfn, set, input)
  await checkAdministration(cfn, next)
  const instances = await cfn.tables.stackInstances.list({ prefix: [set.id] })
  const targets = input.Accounts || input.DeploymentTargets || input.Regions ? await named(cfn, next, input, instances)
    : instances.map(({ account, region }) => ({ account, region }))
  return cfn.transact(async tx => {
    const OperationId = await beginOperation(tx, next, { action: 'UPDATE', targets, preferences: input.OperationPreferences, operationId: input.OperationId })
    const { unitRegions } = await tx.tables.stackSets.get(set.id) ?? set
    await tx.tables.stackSets.put({ ...next, ...unitRegions && { unitRegions } })
    await noteAutoDeployment(tx, next)
    for (const row of await tx.tables.stackInstances.list({ prefix: [set.id] })) await tx.tables.stackInstances.put({ ...row, status: 'OUTDATED' })
    return { OperationId }
  })
})

async function named(cfn: CloudFormation, set: StackSetRow, input: UpdateStackSetInput, instances: StackInstanceRow[]): Promise<Target[]> {
  if (!input.Regions || !(input.Accounts || input.DeploymentTargets)) throw new ValidationError('Accounts and Regions must be specified together')
  const targets = await targetsOf(cfn, set, input)
  return targets.filter(target => instances.some(row => row.account === target.account && row.region === target.region))
}

async function changed(cfn: CloudFormation, set: StackSetRow, input: UpdateStackSetInput): Promise<StackSetRow> {
  if (input.UsePreviousTemplate && (input.TemplateBody !== undefined || input.TemplateURL !== undefined)) {
    throw new ValidationError('You cannot specify both usePreviousTemplate and Template Body/Template URL.')
  }
  const body = input.TemplateBody ??
    (input.TemplateURL !== undefined ? await templateAt(cfn, input.TemplateURL) : input.UsePreviousTemplate ? set.templateBody : undefined)
  if (body === undefined) throw new ValidationError('Either Template URL or Template Body must be specified.')
  const capabilities = input.Capabilities ?? []
  const { parameters } = await checkedTemplate(cfn, body, input.Parameters, capabilities, set.parameters)
  const tags = input.Tags ? tagsFromList(input.Tags) : set.tags
  checkTags(tags)
  const { autoDeployment: before, ...others } = set
  const autoDeployment = input.AutoDeployment ? await autoDeploymentOf(cfn, input.AutoDeployment, set) : before
  return {
    ...others, ...autoDeployment && { autoDeployment }, templateBody: body, parameters, capabilities, tags,
    managedExecution: input.ManagedExecution?.Active ?? set.managedExecution,
    ...input.Description !== undefined && { description: input.Description },
    ...input.AdministrationRoleARN !== undefined && { administrationRoleArn: input.AdministrationRoleARN },
    ...input.ExecutionRoleName !== undefined && { executionRoleName: input.ExecutionRoleName },
  }
}
