import type { DescribeStackSetInput, DescribeStackSetOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { describeStackSet, requireStackSet } from './stackset.ts'

/** A stack set; a deleted one by its id. */
export async function DescribeStackSet(cfn: CloudFormation, input: DescribeStackSetInput): Promise<DescribeStackSetOutput> {
  return { StackSet: await describeStackSet(cfn, await requireStackSet(cfn, input.StackSetName, { deleted: true })) }
}
