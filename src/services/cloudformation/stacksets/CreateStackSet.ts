import type { CreateStackSetInput, CreateStackSetOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import { tagsFromList } from '../../../platform/tags.ts'
import { templateText } from '../stacks/plan.ts'
import { checkTags } from '../stacks/stack.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { autoDeploymentOf, noteAutoDeployment } from './auto-deployment.ts'
import { checkedTemplate } from './input.ts'
import type { StackSetRow } from './rows.ts'
import { checkOrganization } from './service-managed.ts'
import { NameAlreadyExistsException, stackSetAt } from './stackset.ts'

/** Makes a stack set, without instances. Throws NameAlreadyExistsException, ValidationError, InsufficientCapabilitiesException. */
export const CreateStackSet = longRunning(async (cfn: CloudFormation, input: CreateStackSetInput): Promise<CreateStackSetOutput> => {
  const name = input.StackSetName ?? ''
  if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name)) {
    throw new ValidationError(
      `1 validation error detected: Value '${name}' at 'stackSetName' failed to satisfy constraint: Member must satisfy regular expression pattern: ` +
      `[a-zA-Z][-a-zA-Z0-9]*`
    )
  }
  refuse(input)
  const existing = await stackSetAt(cfn, name)
  if (existing && input.ClientRequestToken !== undefined && existing.token === input.ClientRequestToken) return { StackSetId: existing.id }
  if (existing) throw new NameAlreadyExistsException(`The name '${name}' is already in use by another stack set`)
  const permissionModel = input.PermissionModel ?? 'SELF_MANAGED'
  if (permissionModel === 'SERVICE_MANAGED') await checkOrganization(cfn)
  else if (input.CallAs === 'DELEGATED_ADMIN') throw new ValidationError('CallAs DELEGATED_ADMIN is valid only for a service managed stack set')
  const autoDeployment = await autoDeploymentOf(cfn, input.AutoDeployment, { permissionModel })
  const capabilities = input.Capabilities ?? []
  const body = await templateText(cfn, input)
  const { parameters } = await checkedTemplate(cfn, body, input.Parameters, capabilities)
  const tags = tagsFromList(input.Tags)
  checkTags(tags)
  const set: StackSetRow = {
    id: `${name}:${cfn.newId()}`, name, status: 'ACTIVE', templateBody: body, parameters, capabilities, tags, permissionModel,
    administrationRoleArn: input.AdministrationRoleARN ?? `arn:${cfn.partition}:iam::${cfn.account}:role/AWSCloudFormationStackSetAdministrationRole`,
    executionRoleName: input.ExecutionRoleName ?? 'AWSCloudFormationStackSetExecutionRole', managedExecution: input.ManagedExecution?.Active ?? false,
    ...input.Description !== undefined && { description: input.Description }, ...input.ClientRequestToken !== undefined && { token: input.ClientRequestToken },
    ...autoDeployment && { autoDeployment },
  }
  return cfn.transact(async tx => {
    if (await tx.tables.stackSetNames.get(name)) throw new NameAlreadyExistsException(`The name '${name}' is already in use by another stack set`)
    await tx.tables.stackSets.put(set)
    await tx.tables.stackSetNames.put({ name, id: set.id })
    await noteAutoDeployment(tx, set)
    return { StackSetId: set.id }
  })
})

/** Throws where something is asked for that is not honoured. */
export function refuse(input: Omit<CreateStackSetInput, 'StackSetName'>): void {
  if (input.StackId !== undefined) {
    throw new ValidationError('StackId is not implemented by Fogbank: give the template, and import the stack with ImportStacksToStackSet.')
  }
  if (input.PermissionModel === 'SERVICE_MANAGED' && (input.AdministrationRoleARN !== undefined || input.ExecutionRoleName !== undefined)) {
    throw new ValidationError('AdministrationRoleARN and ExecutionRoleName cannot be specified for a service managed stack set')
  }
}
