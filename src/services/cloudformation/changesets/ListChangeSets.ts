import type { ListChangeSetsInput, ListChangeSetsOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { requireStack } from '../stacks/stack.ts'

/** The change sets of a stack. */
export async function ListChangeSets(cfn: CloudFormation, input: ListChangeSetsInput): Promise<ListChangeSetsOutput> {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  const sets = await cfn.tables.changeSets.list({ prefix: [stack.id] })
  return {
    Summaries: sets.map(set => ({
      StackId: set.stackId, StackName: set.stackName, ChangeSetId: set.id, ChangeSetName: set.name, ExecutionStatus: set.executionStatus as any,
      Status: set.status as any,
      CreationTime: new Date(set.createdAt), ...set.statusReason !== undefined && { StatusReason: set.statusReason },
      ...set.description !== undefined && { Description: set.description },
      IncludeNestedStacks: set.includesNested ?? false, ImportExistingResources: set.importsExisting ?? false,
      ...set.parentId !== undefined && { ParentChangeSetId: set.parentId, RootChangeSetId: set.rootId },
    })),
  }
}
