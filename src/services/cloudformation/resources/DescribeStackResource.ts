import type { DescribeStackResourceInput, DescribeStackResourceOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { requireStack } from '../stacks/stack.ts'
import { ValidationError } from '../template/template.ts'
import { summary } from './resource.ts'

/** One resource of a stack, with its metadata. */
export async function DescribeStackResource(cfn: CloudFormation, input: DescribeStackResourceInput): Promise<DescribeStackResourceOutput> {
  const stack = await requireStack(cfn, input.StackName, name => `Stack '${name}' does not exist`)
  const row = await cfn.tables.resources.get(stack.id, input.LogicalResourceId ?? '')
  if (!row) throw new ValidationError(`Resource ${input.LogicalResourceId} does not exist for stack ${stack.name}`)
  return {
    StackResourceDetail: {
      StackName: stack.name, StackId: stack.id, ...await summary(cfn, row), LastUpdatedTimestamp: new Date(row.updatedAt),
      Metadata: JSON.stringify(row.current?.metadata ?? {}),
    },
  }
}
