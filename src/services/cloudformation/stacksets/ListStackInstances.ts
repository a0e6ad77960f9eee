import type { ListStackInstancesInput, ListStackInstancesOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { describeInstance } from './DescribeStackInstance.ts'
import type { StackInstanceRow } from './rows.ts'
import { paged, requireStackSet } from './stackset.ts'

/** The instances of a set, narrowed by account, region and filters. */
export async function ListStackInstances(cfn: CloudFormation, input: ListStackInstancesInput): Promise<ListStackInstancesOutput> {
  const set = await requireStackSet(cfn, input.StackSetName)
  const shows = (row: StackInstanceRow) =>
    (input.StackInstanceAccount ?? row.account) === row.account && (input.StackInstanceRegion ?? row.region) === row.region
    && (input.Filters ?? []).every(({ Name, Values }) => {
      const value = Name === 'DETAILED_STATUS' ? row.detailed : Name === 'LAST_OPERATION_ID' ? row.lastOperationId : row.drift?.status ?? 'NOT_CHECKED'
      return Values?.split(',').includes(value)
    })
  const { page, ...more } = paged((await cfn.tables.stackInstances.list({ prefix: [set.id] })).filter(shows), 'ListStackInstances', input)
  return { Summaries: page.map(describeInstance).map(({ ParameterOverrides: _, ...summary }) => summary), ...more }
}
