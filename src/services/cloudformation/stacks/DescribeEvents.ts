import type { DescribeEventsInput, DescribeEventsOutput, OperationEvent, OperationType, ResourceStatus } from '@aws-sdk/client-cloudformation'
import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { requireChangeSet } from '../changesets/changeset.ts'
import type { ChangeSetRow, CloudFormation, EventRow } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { requireStack } from './stack.ts'

const pageMax = 100

/** The events of a stack, of one of its operations, or of the making of a change set, newest first; those alone that made it fail, where the filter says so. */
export async function DescribeEvents(cfn: CloudFormation, input: DescribeEventsInput): Promise<DescribeEventsOutput> {
  if (input.ChangeSetName !== undefined) return { OperationEvents: [changeSetEvent(await requireChangeSet(cfn, input))] }
  if (input.StackName === undefined && input.OperationId === undefined) {
    throw new ValidationError('Either StackName, ChangeSetName or OperationId must be specified.')
  }
  const position = input.NextToken === undefined ? undefined : decodeToken('DescribeEvents', input.NextToken)
  if (input.NextToken !== undefined && !position) throw new ValidationError('The specified NextToken is not valid.')
  const stackId = input.StackName === undefined ? undefined : (await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)).id
  const all = await cfn.tables.events.list(stackId === undefined ? {} : { prefix: [stackId] })
  const ofOperation = all.filter(event => input.OperationId === undefined || event.operationId === input.OperationId)
  const types = operationTypes(all)
  const shown = ofOperation.filter(event => !input.Filters?.FailedEvents || isRootCause(event)).sort((a, b) => b.sequence - a.sequence)
    .filter(event => !position || event.sequence < Number(position[0]))
  const { page, last } = pageOf(shown.slice(0, pageMax + 1), pageMax)
  return { OperationEvents: page.map(event => describeEvent(event, types)), ...last && { NextToken: encodeToken('DescribeEvents', [last.sequence]) } }
}

const isOfStack = (event: EventRow): boolean => event.physicalId === event.stackId

/** A resource that failed by itself, and was not given up because of another. */
const isRootCause = (event: EventRow): boolean =>
  event.status.endsWith('_FAILED') && !isOfStack(event) && !/^Resource (creation|update) cancelled$/.test(event.reason ?? '')

/** What each operation is, by its first event. */
function operationTypes(events: readonly EventRow[]): Map<string, OperationType> {
  const types = new Map<string, OperationType>()
  for (const { operationId, status } of events) {
    if (operationId === undefined || types.has(operationId)) continue
    types.set(operationId, status.startsWith('CREATE') ? 'CREATE_STACK' : status.startsWith('DELETE') ? 'DELETE_STACK' : 'UPDATE_STACK')
  }
  return types
}

function describeEvent(event: EventRow, types: Map<string, OperationType>): OperationEvent {
  const type = event.operationId === undefined ? undefined : types.get(event.operationId)
  return {
    EventId: event.id, StackId: event.stackId, LogicalResourceId: event.logicalId, PhysicalResourceId: event.physicalId, ResourceType: event.type,
    Timestamp: new Date(event.at), ResourceStatus: event.status as ResourceStatus,
    EventType: isOfStack(event) ? 'STACK_EVENT' : event.status.endsWith('_FAILED') ? 'PROVISIONING_ERROR' : 'PROGRESS_EVENT',
    ...event.operationId !== undefined && { OperationId: event.operationId }, ...type && { OperationType: type },
    ...isOfStack(event) && { OperationStatus: operationStatus(event.status) }, ...event.reason !== undefined && { ResourceStatusReason: event.reason },
    ...event.properties !== undefined && { ResourceProperties: event.properties }, ...event.token !== undefined && { ClientRequestToken: event.token },
  }
}

const operationStatus = (status: string) => status.endsWith('_IN_PROGRESS') ? 'IN_PROGRESS'
  : status.endsWith('_FAILED') || status.endsWith('ROLLBACK_COMPLETE') ? 'FAILED' : 'SUCCEEDED'

const changeSetEvent = (set: ChangeSetRow): OperationEvent => ({
  EventId: set.id.split('/').at(-1)!, StackId: set.stackId, OperationId: set.id.split('/').at(-1)!, OperationType: 'CREATE_CHANGESET',
  OperationStatus: set.status === 'FAILED' ? 'FAILED' : 'SUCCEEDED', EventType: set.status === 'FAILED' ? 'VALIDATION_ERROR' : 'STACK_EVENT',
  Timestamp: new Date(set.createdAt), StartTime: new Date(set.createdAt), EndTime: new Date(set.createdAt),
  ...set.statusReason !== undefined && { ResourceStatusReason: set.statusReason },
})
