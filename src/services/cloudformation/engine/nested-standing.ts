import type { Known, ResourceContext } from '../../../platform/resource-type.ts'
import { asGiven, unlessGone } from '../../../platform/standing.ts'
import { tagsFromList } from '../../../platform/tags.ts'
import type { CloudFormation, StackRow } from '../state.ts'
import { StepError } from './errors.ts'

const describe = async ({ aws }: ResourceContext, StackName: string) => {
  const stack = (await unlessGone(aws.cloudformation.DescribeStacks({ StackName }), 'ValidationError'))?.Stacks?.[0]
  return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack
}

/**
 * Stacks that exist already, as resources of another: for drift detection and import. What a nested stack consists of is its own drift, to be
 * detected on itself; its template is not told.
 */
export const standingStacks = {
  identifier: 'StackId',
  writeOnly: ['TemplateURL'],
  async read(resource: ResourceContext, id: string, known: Known<any>) {
    const stack = await describe(resource, id)
    if (!stack) return undefined
    const given: Record<string, unknown> = known.Parameters ?? {}
    // Those that the parent does not set have the defaults of the nested template; a value that is not shown is taken for the right one.
    const parameters = (stack.Parameters ?? []).filter(({ ParameterKey }) => Object.hasOwn(given, ParameterKey!)).map(({ ParameterKey, ParameterValue }) =>
      [ParameterKey!, ParameterValue === '****' ? given[ParameterKey!] : asGiven(ParameterValue, given[ParameterKey!], asText)])
    const notified = stack.NotificationARNs ?? []
    return {
      Parameters: Object.fromEntries(parameters), TimeoutInMinutes: stack.TimeoutInMinutes,
      NotificationARNs: notified.length > 0 || known.NotificationARNs ? notified : undefined,
    }
  },
  tags: async (resource: ResourceContext, id: string) => tagsFromList((await describe(resource, id))?.Tags),
  async attributes(resource: ResourceContext, id: string) {
    const { Outputs = [] } = await describe(resource, id) ?? {}
    return Object.fromEntries(Outputs.map(output => [`Outputs.${output.OutputKey}`, output.OutputValue]))
  },
}

const asText = (value: unknown): string => Array.isArray(value) ? value.join(',') : String(value)

/**
 * Makes a stack that exists a nested one, and what is nested in it with it; without a parent it is one of its own again. Throws StepError where it
 * is nested already, is being changed, or has the parent in it.
 */
export const nestUnder = (cfn: CloudFormation, stackId: string, parent: StackRow | undefined): Promise<void> => cfn.transact(async tx => {
  const { parentId, rootId: _, ...stack } = (await tx.tables.stacks.get(stackId))!
  if (parent && parentId !== undefined && parentId !== parent.id) throw new StepError(`Stack [${stackId}] is nested in the stack [${parentId}] already.`)
  if (parent && !stack.status.endsWith('_COMPLETE')) throw new StepError(`Stack [${stackId}] is in ${stack.status} state and can not be nested.`)
  for (let above: StackRow | undefined = parent; above; above = above.parentId === undefined ? undefined : await tx.tables.stacks.get(above.parentId)) {
    if (above.id === stackId) throw new StepError(`Stack [${stackId}] cannot be nested in itself.`)
  }
  const rootId = parent && (parent.rootId ?? parent.id)
  await tx.tables.stacks.put({ ...stack, ...parent && { parentId: parent.id, rootId: rootId! } })
  const all = await tx.tables.stacks.list()
  const below = (id: string): StackRow[] => all.filter(row => row.parentId === id).flatMap(row => [row, ...below(row.id)])
  for (const row of below(stackId)) await tx.tables.stacks.put({ ...row, rootId: rootId ?? stackId })
})
