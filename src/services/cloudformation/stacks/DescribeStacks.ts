import type { DescribeStacksInput, DescribeStacksOutput } from '@aws-sdk/client-cloudformation'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { describeStack, requireStack } from './stack.ts'

const pageMax = 100

/** One stack (a deleted one by its id), or all that are not deleted, 100 a page. */
export async function DescribeStacks(cfn: CloudFormation, input: DescribeStacksInput): Promise<DescribeStacksOutput> {
  if (input.StackName !== undefined) return { Stacks: [await describeStack(cfn, await requireStack(cfn, input.StackName))] }
  const after = input.NextToken === undefined ? undefined : decodeToken('DescribeStacks', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new ValidationError('The specified NextToken is not valid.')
  const { page, last } = pageOf(await cfn.tables.names.list({ limit: pageMax + 1, ...after && { after } }), pageMax)
  const stacks = await Promise.all(page.map(async row => cfn.tables.stacks.get(row.stackId)))
  return {
    Stacks: await Promise.all(stacks.filter(stack => stack !== undefined).map(stack => describeStack(cfn, stack))),
    ...last && { NextToken: encodeToken('DescribeStacks', [last.name]) },
  }
}
