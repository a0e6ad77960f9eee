import type { DescribeStackSetOperationInput, DescribeStackSetOperationOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { describeOperation, requireOperation } from './operation.ts'
import { requireStackSet } from './stackset.ts'

/** One operation of a set. */
export async function DescribeStackSetOperation(cfn: CloudFormation, input: DescribeStackSetOperationInput): Promise<DescribeStackSetOperationOutput> {
  const set = await requireStackSet(cfn, input.StackSetName, { deleted: true })
  return { StackSetOperation: await describeOperation(cfn, await requireOperation(cfn, set, input.OperationId)) }
}
