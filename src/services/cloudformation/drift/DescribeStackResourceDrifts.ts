import type { DescribeStackResourceDriftsInput, DescribeStackResourceDriftsOutput } from '@aws-sdk/client-cloudformation'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { requireStack } from '../stacks/stack.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { describeDrift, lastDrift } from './detect.ts'

/** What the last detection found of each resource that can be compared; those that were never compared, or were replaced since, are not told. */
export async function DescribeStackResourceDrifts(cfn: CloudFormation, input: DescribeStackResourceDriftsInput): Promise<DescribeStackResourceDriftsOutput> {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  const max = input.MaxResults ?? 100
  const after = input.NextToken === undefined ? undefined : decodeToken('DescribeStackResourceDrifts', input.NextToken)
  if (input.NextToken !== undefined && !after) throw new ValidationError('The specified NextToken is not valid.')
  const filters = input.StackResourceDriftStatusFilters
  const rows = await cfn.tables.resources.list({ prefix: [stack.id], ...after && { after: [stack.id, after[0]!] } })
  const drifts = (await Promise.all(rows.map(row => lastDrift(cfn, row)))).filter(drift => drift !== undefined)
  const wanted = drifts.filter(drift => filters?.length ? filters.includes(drift.status) : drift.status !== 'NOT_CHECKED')
  const { page, last } = pageOf(wanted.slice(0, max + 1), max)
  return { StackResourceDrifts: page.map(describeDrift), ...last && { NextToken: encodeToken('DescribeStackResourceDrifts', [last.logicalId]) } }
}
