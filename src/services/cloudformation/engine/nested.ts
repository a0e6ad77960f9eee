import type { Stack } from '@aws-sdk/client-cloudformation'
import type { Created, ResourceContext, ResourceType } from '../../../platform/resource-type.ts'
import { isObject } from '../template/template.ts'
import type { CloudFormation } from '../state.ts'
import { StepError } from './errors.ts'

/** AWS::CloudFormation::Stack: a stack of its own, made through the service's own API and waited for. */
export function nestedStack(cfn: CloudFormation): ResourceType {
  const input = (context: ResourceContext, properties: any) => ({
    TemplateURL: properties.TemplateURL, Capabilities: ['CAPABILITY_IAM' as const, 'CAPABILITY_NAMED_IAM' as const, 'CAPABILITY_AUTO_EXPAND' as const],
    Parameters: Object.entries(isObject(properties.Parameters) ? properties.Parameters : {}).map(([ParameterKey, value]) =>
      ({ ParameterKey, ParameterValue: Array.isArray(value) ? value.join(',') : String(value) })),
    Tags: [...Object.entries(context.tags).filter(([key]) => !key.startsWith('aws:')).map(([Key, Value]) => ({ Key, Value })), ...properties.Tags ?? []],
  })
  const find = async (context: ResourceContext, StackName: string): Promise<Stack | undefined> =>
    context.aws.cloudformation.DescribeStacks({ StackName }).then(answer => answer.Stacks?.[0], () => undefined)
  return {
    properties: { TemplateURL: 'required', Parameters: 'optional', Tags: 'optional' },
    async create(context, properties) {
      const StackName = context.generatedName(128)
      const { StackId } = await find(context, StackName) ?? await context.aws.cloudformation.CreateStack({ StackName, ...input(context, properties), OnFailure: 'DELETE' })
      const stack = await ended(cfn, context, StackId!, find)
      if (stack?.StackStatus !== 'CREATE_COMPLETE') throw new StepError(`Embedded stack ${StackId} was not successfully created: ${stack?.StackStatusReason ?? 'it was rolled back'}`)
      return made(stack)
    },
    async update(context, id, properties) {
      try {
        await context.aws.cloudformation.UpdateStack({ StackName: id, ...input(context, properties) })
      } catch (error) {
        if ((error as Error).message !== 'No updates are to be performed.') throw error
      }
      const stack = await ended(cfn, context, id, find)
      if (stack?.StackStatus?.includes('ROLLBACK') || !stack) throw new StepError(`Embedded stack ${id} was not successfully updated: ${stack?.StackStatusReason ?? ''}`)
      return made(stack)
    },
    async delete(context, id) {
      await context.aws.cloudformation.DeleteStack({ StackName: id })
      const stack = await ended(cfn, context, id, find)
      if (stack && stack.StackStatus !== 'DELETE_COMPLETE') throw new StepError(`Embedded stack ${id} was not successfully deleted: ${stack.StackStatusReason ?? ''}`)
    },
  }
}

const made = (stack: Stack): Created =>
  ({ id: stack.StackId!, attributes: Object.fromEntries((stack.Outputs ?? []).map(output => [`Outputs.${output.OutputKey}`, output.OutputValue])) })

/** The stack when its operation has ended. */
async function ended(cfn: CloudFormation, context: ResourceContext, id: string, find: (context: ResourceContext, id: string) => Promise<Stack | undefined>): Promise<Stack | undefined> {
  for (;;) {
    let wake = () => {}
    const end = new Promise<void>(resolve => wake = resolve)
    // Listening begins before looking, so that an end in between is not missed.
    cfn.state.ended.set(id, [...cfn.state.ended.get(id) ?? [], wake])
    const stack = await find(context, id)
    if (!stack?.StackStatus?.endsWith('_IN_PROGRESS')) return stack
    await end
  }
}
