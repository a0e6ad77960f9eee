import type { Stack } from '@aws-sdk/client-cloudformation'
import type { Created, ResourceContext, ResourceType } from '../../../platform/resource-type.ts'
import { isObject } from '../template/template.ts'
import { beginExecution } from '../changesets/execution.ts'
import { begin } from '../stacks/stack.ts'
import type { CloudFormation, OperationRecord } from '../state.ts'
import { whenEnded } from './ends.ts'
import { StepError } from './errors.ts'
import { standingStacks } from './nested-standing.ts'
import { sameValue } from './values.ts'

/** What a nested stack is made from, by its properties and its parent's tags. */
export const nestedInput = (tags: Record<string, string>, properties: any) => ({
  TemplateURL: properties.TemplateURL, Capabilities: ['CAPABILITY_IAM' as const, 'CAPABILITY_NAMED_IAM' as const, 'CAPABILITY_AUTO_EXPAND' as const],
  Parameters: Object.entries(parametersOf(properties)).map(([ParameterKey, ParameterValue]) => ({ ParameterKey, ParameterValue })),
  ...properties.NotificationARNs !== undefined && { NotificationARNs: properties.NotificationARNs },
  Tags: [...Object.entries(tags).filter(([key]) => !key.startsWith('aws:')).map(([Key, Value]) => ({ Key, Value })), ...properties.Tags ?? []],
})

function parametersOf(properties: any): Record<string, string> {
  const given = Object.entries(isObject(properties.Parameters) ? properties.Parameters : {})
  return Object.fromEntries(given.map(([key, value]) => [key, Array.isArray(value) ? value.join(',') : String(value)]))
}

/** AWS::CloudFormation::Stack: a stack of its own, made through the service's own API and waited for. */
export function nestedStack(cfn: CloudFormation): ResourceType {
  const input = (context: ResourceContext, properties: any) => nestedInput(context.tags, properties)
  const find = async (context: ResourceContext, StackName: string): Promise<Stack | undefined> =>
    context.aws.cloudformation.DescribeStacks({ StackName }).then(answer => answer.Stacks?.[0], () => undefined)
  return {
    ...standingStacks,
    properties: { TemplateURL: 'required', Parameters: 'optional', Tags: 'optional', NotificationARNs: 'optional', TimeoutInMinutes: 'optional' },
    async create(context, properties) {
      const reviewed = await executeNested(cfn, context, properties)
      const StackName = reviewed && reviewed !== 'none' ? reviewed : context.generatedName(128)
      const existing = await find(context, StackName)
      // The new stack finds its parent in the transaction that makes it, so that no child of its own begins before that is known.
      if (!existing) await announce(cfn, context, StackName)
      const { StackId } = existing ?? await context.aws.cloudformation.CreateStack({
        StackName, ...input(context, properties), OnFailure: 'DELETE',
        ...properties.TimeoutInMinutes !== undefined && { TimeoutInMinutes: Number(properties.TimeoutInMinutes) },
      })
      const stack = await ended(cfn, context, StackId!, find)
      if (stack?.StackStatus !== 'CREATE_COMPLETE') {
        throw new StepError(`Embedded stack ${StackId} was not successfully created: ${stack?.StackStatusReason ?? 'it was rolled back'}`)
      }
      return made(stack)
    },
    async update(context, id, properties) {
      await cfn.transact(tx => rememberModel(tx, context.stackId, id))
      const reviewed = await executeNested(cfn, context, properties)
      try {
        if (!reviewed) await context.aws.cloudformation.UpdateStack({ StackName: id, ...input(context, properties) })
      } catch (error) {
        if ((error as Error).message !== 'No updates are to be performed.') throw error
      }
      const stack = await ended(cfn, context, id, find)
      if (stack?.StackStatus?.includes('ROLLBACK') || !stack) {
        throw new StepError(`Embedded stack ${id} was not successfully updated: ${stack?.StackStatusReason ?? ''}`)
      }
      return made(stack)
    },
    async delete(context, id) {
      await context.aws.cloudformation.DeleteStack({ StackName: id })
      const stack = await ended(cfn, context, id, find)
      if (stack && stack.StackStatus !== 'DELETE_COMPLETE') {
        throw new StepError(`Embedded stack ${id} was not successfully deleted: ${stack.StackStatusReason ?? ''}`)
      }
    },
  }
}

/**
 * Executes the nested stack's own change set, where the parent's operation is that of a set that includes it: returns its stack, or `none`
 * where the set has no changes. Undefined where the operation is none of a change set of that kind. Values that were not known are filled in.
 */
const executeNested = (cfn: CloudFormation, context: ResourceContext, properties: unknown): Promise<string | undefined> => cfn.transact(async tx => {
  const operation = (await tx.tables.stacks.get(context.stackId))?.operation
  if (!operation?.nested) return undefined
  const found = operation.nested[context.logicalId]
  if (!found?.changes) return 'none'
  const set = await tx.tables.changeSets.get(found.stackId, found.name)
  // A restart finds it executed.
  if (set?.executionStatus !== 'AVAILABLE') return found.stackId
  const { principal, roleArn } = operation
  const model = { ...set.model!, parameters: { ...set.model!.parameters, ...parametersOf(properties) }, ...roleArn !== undefined && { roleArn } }
  const caller = tx.in({ principal })
  await caller.authorize({
    action: 'cloudformation:ExecuteChangeSet', resource: found.stackId, ...roleArn !== undefined && { as: { role: roleArn, sessionName: 'AWSCloudFormation' } },
  })
  await beginExecution(caller, { ...set, model }, {})
  return found.stackId
})

const announce = (cfn: CloudFormation, context: ResourceContext, name: string): Promise<void> => cfn.transact(async tx => {
  const parent = await tx.tables.stacks.get(context.stackId)
  await tx.tables.nestings.put({ name, parentId: context.stackId, rootId: parent?.rootId ?? context.stackId })
})

async function rememberModel(cfn: CloudFormation, parentId: string, stackId: string): Promise<void> {
  const [parent, stack] = [await cfn.tables.stacks.get(parentId), await cfn.tables.stacks.get(stackId)]
  if (!parent?.operation || !stack || await cfn.tables.nestedModels.get(parent.operation.id, stackId)) return
  await cfn.tables.nestedModels.put({ operationId: parent.operation.id, stackId, model: stack.model })
}

/** Takes a nested stack back to what it was before its parent's operation: its template too, which its address may no longer have. */
export async function restoreNested(
  cfn: CloudFormation, context: ResourceContext, id: string, { id: operationId, principal, roleArn }: OperationRecord
): Promise<Created> {
  const find = async (_: ResourceContext, StackName: string): Promise<Stack | undefined> =>
    context.aws.cloudformation.DescribeStacks({ StackName }).then(answer => answer.Stacks?.[0], () => undefined)
  await ended(cfn, context, id, find)
  await cfn.transact(async tx => {
    const [stack, before] = [await tx.tables.stacks.get(id), await tx.tables.nestedModels.get(operationId, id)]
    if (!stack || !before || sameValue(stack.model, before.model)) return
    await begin(tx.in({ principal }), { ...stack, updatedAt: tx.now() }, { status: 'UPDATE_IN_PROGRESS', kind: 'UPDATE', model: before.model, roleArn })
  })
  const stack = await ended(cfn, context, id, find)
  if (!stack || !/^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.StackStatus!)) {
    throw new StepError(`Embedded stack ${id} was not successfully rolled back: ${stack?.StackStatusReason ?? 'it is gone'}`)
  }
  return made(stack)
}

const made = (stack: Stack): Created =>
  ({ id: stack.StackId!, attributes: Object.fromEntries((stack.Outputs ?? []).map(output => [`Outputs.${output.OutputKey}`, output.OutputValue])) })

/** The stack when its operation has ended. */
const ended = (cfn: CloudFormation, context: ResourceContext, id: string, find: (context: ResourceContext, id: string) => Promise<Stack | undefined>) =>
  whenEnded(cfn, id, () => find(context, id), stack => stack?.StackStatus?.endsWith('_IN_PROGRESS') ?? false)
