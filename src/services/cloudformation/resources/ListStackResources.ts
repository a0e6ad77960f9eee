import type { ListStackResourcesInput, ListStackResourcesOutput } from '@aws-sdk/client-cloudformation'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import type { CloudFormation } from '../state.ts'
import { requireStack } from '../stacks/stack.ts'
import { ValidationError } from '../template/template.ts'
import { summary } from './resource.ts'

const pageMax = 100

/** Summaries of a stack's resources, 100 a page. */
export async function ListStackResources(cfn: CloudFormation, input: ListStackResourcesInput): Promise<ListStackResourcesOutput> {
  const stack = await requireStack(cfn, input.StackName)
  const after = input.NextToken === undefined ? undefined : decodeToken('ListStackResources', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new ValidationError('The specified NextToken is not valid.')
  const { page, last } = pageOf(
    await cfn.tables.resources.list({ prefix: [stack.id], limit: pageMax + 1, ...after && { after: [stack.id, after[0]!] } }), pageMax
  )
  return {
    StackResourceSummaries: await Promise.all(page.map(async row => ({ ...await summary(cfn, row), LastUpdatedTimestamp: new Date(row.updatedAt) }))),
    ...last && { NextToken: encodeToken('ListStackResources', [last.logicalId]) },
  }
}
