import type { CloudFormation, EventRow, ResourceRow, StackRow } from '../state.ts'

/** Writes a stack's new status and its event; part of the caller's transaction. */
export async function setStackStatus(cfn: CloudFormation, stack: StackRow, status: string, reason?: string): Promise<StackRow> {
  const { statusReason: _, ...rest } = stack
  const changed: StackRow = { ...rest, status, ...reason !== undefined && { statusReason: reason } }
  await cfn.tables.stacks.put(changed)
  await putEvent(cfn, stack, { logicalId: stack.name, physicalId: stack.id, type: 'AWS::CloudFormation::Stack', status, reason, id: cfn.newId() })
  return changed
}

/** Writes a resource's row and the events that tell how it came there. */
export async function setResource(
  cfn: CloudFormation, stack: StackRow, row: ResourceRow, events: { status: string, reason?: string }[], properties?: unknown, physicalId?: string
): Promise<void> {
  await cfn.tables.resources.put(row)
  await resourceEvents(cfn, stack, row, events, properties, physicalId)
}

/** Writes events about a resource, without its row. */
export async function resourceEvents(cfn: CloudFormation, stack: StackRow, row: { logicalId: string, type: string, current?: { physicalId: string } },
  events: { status: string, reason?: string }[], properties?: unknown, physicalId = row.current?.physicalId ?? ''): Promise<void> {
  for (const event of events) {
    await putEvent(cfn, stack, {
      logicalId: row.logicalId, physicalId, type: row.type, status: event.status, reason: event.reason,
      id: `${row.logicalId}-${event.status}-${new Date(cfn.now()).toISOString()}`, ...properties !== undefined && { properties: JSON.stringify(properties) },
    })
  }
}

type NewEvent = Pick<EventRow, 'id' | 'logicalId' | 'physicalId' | 'type' | 'status' | 'properties'> & { reason: string | undefined }

async function putEvent(cfn: CloudFormation, stack: StackRow, event: NewEvent): Promise<void> {
  // Events of one millisecond keep their order, and those of a restarted service come after the earlier ones.
  cfn.state.sequence = Math.max(cfn.state.sequence + 1, cfn.now() * 1000)
  const { reason, ...rest } = event
  const row: EventRow = {
    ...rest, stackId: stack.id, sequence: cfn.state.sequence, stackName: stack.name, at: cfn.now(), ...reason !== undefined && { reason },
    ...stack.operation && { operationId: stack.operation.id }, ...stack.operation?.token !== undefined && { token: stack.operation.token },
  }
  await cfn.tables.events.put(row)
  const topics = stack.model.notificationArns
  if (topics.length > 0) cfn.enqueue('tellTopics', { topics, principal: stack.operation?.principal ?? stack.creator, event: row }, { order: stack.id })
}
