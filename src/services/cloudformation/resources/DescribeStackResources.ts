import type { DescribeStackResourcesInput, DescribeStackResourcesOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { requireStack } from '../stacks/stack.ts'
import { ValidationError } from '../template/template.ts'
import { stackOfPhysicalId, summary } from './resource.ts'

/** The resources of a stack, found by its name or by one of its resources' physical id; at most 100. */
export async function DescribeStackResources(cfn: CloudFormation, input: DescribeStackResourcesInput): Promise<DescribeStackResourcesOutput> {
  if (input.StackName === undefined && input.PhysicalResourceId === undefined) {
    throw new ValidationError('Either StackName or PhysicalResourceId must be specified')
  }
  const stack = input.StackName !== undefined ? await requireStack(cfn, input.StackName) : await stackOfPhysicalId(cfn, input.PhysicalResourceId!)
  const rows = await cfn.tables.resources.list({ prefix: [stack.id] })
  const wanted = input.LogicalResourceId === undefined ? rows : rows.filter(row => row.logicalId === input.LogicalResourceId)
  const described = wanted.slice(0, 100).map(async row =>
    ({ StackName: stack.name, StackId: stack.id, ...await summary(cfn, row), Timestamp: new Date(row.updatedAt) }))
  return { StackResources: await Promise.all(described) }
}
