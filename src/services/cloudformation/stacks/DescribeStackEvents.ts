import type { DescribeStackEventsInput, DescribeStackEventsOutput, ResourceStatus } from '@aws-sdk/client-cloudformation'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { requireStack } from './stack.ts'

const pageMax = 100

/** What happened to a stack and its resources, newest first, 100 a page. */
export async function DescribeStackEvents(cfn: CloudFormation, input: DescribeStackEventsInput): Promise<DescribeStackEventsOutput> {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  const position = input.NextToken === undefined ? undefined : decodeToken('DescribeStackEvents', input.NextToken)
  if (input.NextToken !== undefined && !position) throw new ValidationError('The specified NextToken is not valid.')
  const rows = await cfn.tables.events.list({
    prefix: [stack.id], reverse: true, limit: pageMax + 1, ...position && { before: [stack.id, Number(position[0])] },
  })
  const { page, last } = pageOf(rows, pageMax)
  return {
    StackEvents: page.map(event => ({
      StackId: event.stackId, EventId: event.id, StackName: event.stackName, LogicalResourceId: event.logicalId, PhysicalResourceId: event.physicalId,
      ResourceType: event.type, Timestamp: new Date(event.at), ResourceStatus: event.status as ResourceStatus,
      ...event.reason !== undefined && { ResourceStatusReason: event.reason }, ...event.properties !== undefined && { ResourceProperties: event.properties },
      ...event.token !== undefined && { ClientRequestToken: event.token }, ...event.operationId !== undefined && { OperationId: event.operationId },
    })),
    ...last && { NextToken: encodeToken('DescribeStackEvents', [last.sequence]) },
  }
}
