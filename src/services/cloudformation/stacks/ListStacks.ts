import type { ListStacksInput, ListStacksOutput, StackStatus } from '@aws-sdk/client-cloudformation'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import type { CloudFormation } from '../state.ts'
import { driftOf } from './stack.ts'
import { ValidationError } from '../template/template.ts'

const pageMax = 100

/** Summaries of all stacks, the deleted ones included, newest first. */
export async function ListStacks(cfn: CloudFormation, input: ListStacksInput): Promise<ListStacksOutput> {
  const after = input.NextToken === undefined ? undefined : decodeToken('ListStacks', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new ValidationError('The specified NextToken is not valid.')
  const wanted = (await cfn.tables.stacks.list())
    .filter(stack => !input.StackStatusFilter?.length || input.StackStatusFilter.includes(stack.status as StackStatus))
    .sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? -1 : 1))
  const start = after ? wanted.findIndex(stack => stack.id === after[0]) + 1 : 0
  const { page, last } = pageOf(wanted.slice(start), pageMax)
  return {
    StackSummaries: page.map(stack => ({
      StackId: stack.id, StackName: stack.name, StackStatus: stack.status as StackStatus, CreationTime: new Date(stack.createdAt),
      ...stack.description !== undefined && {
        TemplateDescription: stack.description,
      }, ...stack.statusReason !== undefined && { StackStatusReason: stack.statusReason },
      ...stack.updatedAt && { LastUpdatedTime: new Date(stack.updatedAt) }, ...stack.deletedAt && { DeletionTime: new Date(stack.deletedAt) },
      DriftInformation: driftOf(stack), ...stack.parentId !== undefined && { ParentId: stack.parentId },
      ...stack.rootId !== undefined && { RootId: stack.rootId },
    })),
    ...last && { NextToken: encodeToken('ListStacks', [last.id]) },
  }
}
