import type { StackResourceDrift, StackResourceDriftStatus } from '@aws-sdk/client-cloudformation'
import { identityWithin } from '../../../platform/resource-identifier.ts'
import { tellEnded } from '../engine/ends.ts'
import { resolveWherePossible } from '../engine/dynamic.ts'
import { resourceContext, resourceType } from '../engine/handler.ts'
import type { CloudFormation, DriftRow, ResourceRow, StackRow } from '../state.ts'
import type { Aws } from '../../../contracts/aws.ts'
import { differences, withoutMembers } from './compare.ts'
import { tagDrift } from './tags.ts'

/** Stacks at rest, whose resources can be compared with their template. */
export const comparable = (status: string): boolean => /^(?:(?:CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_COMPLETE|UPDATE_ROLLBACK_FAILED)$/.test(status)

/** Compares one resource with what the template says, as the caller, and keeps the result. A type that cannot be read is NOT_CHECKED. */
export async function detectDrift(cfn: CloudFormation, stack: StackRow, row: ResourceRow, aws: Aws): Promise<DriftRow> {
  const current = row.current!
  const context = resourceContext(cfn, stack, { logicalId: row.logicalId, suffix: current.suffix, tags: current.tags }, aws, cfn.signal)
  const handlers = await resourceType(cfn, row.type)
  const { read, tags } = handlers
  const beside = Object.entries(identityWithin(handlers, current.physicalId, current.properties)?.keys ?? {}).filter(([member]) => member !== handlers.idMember)
  const about = {
    stackId: stack.id, logicalId: row.logicalId, physicalId: current.physicalId, type: row.type, at: cfn.now(),
    ...handlers.idMember !== undefined && { context: beside.map(([Key, Value]) => ({ Key, Value })) },
  }
  const drift: DriftRow = await (async () => {
    if (!read) return { ...about, status: 'NOT_CHECKED' }
    const expected = await resolveWherePossible(aws, current.properties)
    const actual = await read(context, current.physicalId, expected) as Record<string, unknown> | undefined
    // Values of dynamic references are not kept: what is told of both sides is what the template says.
    if (!actual) return { ...about, expected: JSON.stringify(current.properties), status: 'DELETED' }
    const { Tags: property, ...others } = expected
    const tagged = tags && tagDrift(current.tags, property, await tags(context, current.physicalId, expected))
    const compared = withoutMembers(tags ? others : expected, handlers.writeOnly ?? [])
    const found = [...differences(compared, actual), ...tagged?.differences ?? []]
    const told = { expected: JSON.stringify({ ...current.properties, ...tagged && { Tags: tagged.expected } }) }
    const known = Object.fromEntries(Object.entries(actual).filter(([name]) => name in current.properties))
    return { ...about, ...told, actual: JSON.stringify({ ...known, ...tagged && { Tags: tagged.actual } }), differences: found, status: found.length > 0 ? 'MODIFIED' : 'IN_SYNC' }
  })()
  await cfn.transact(tx => tx.tables.drifts.put(drift))
  return drift
}

/** A resource's drift as the API has it. */
export const describeDrift = (row: DriftRow): StackResourceDrift => ({
  StackId: row.stackId, LogicalResourceId: row.logicalId, PhysicalResourceId: row.physicalId, ResourceType: row.type, Timestamp: new Date(row.at),
  StackResourceDriftStatus: row.status as StackResourceDriftStatus, ...row.expected !== undefined && { ExpectedProperties: row.expected },
  ...row.actual !== undefined && { ActualProperties: row.actual }, PropertyDifferences: row.differences ?? [],
  ...row.context?.length && { PhysicalResourceIdContext: row.context },
})

/** The task of DetectStackDrift: one resource after another, then the stack. */
export async function detectStackDrift(cfn: CloudFormation, task: { detectionId: string }): Promise<void> {
  const detection = await cfn.tables.driftDetections.get(task.detectionId)
  const stack = detection && await cfn.tables.stacks.get(detection.stackId)
  if (!detection || !stack || detection.status !== 'DETECTION_IN_PROGRESS') return
  const rows = (await cfn.tables.resources.list({ prefix: [stack.id] })).filter(row => row.current && (!detection.logicalIds || detection.logicalIds.includes(row.logicalId)))
  const aws = cfn.as({ principal: detection.principal })
  const failures: string[] = []
  const found: DriftRow[] = []
  for (const row of rows) {
    try {
      found.push(await detectDrift(cfn, stack, row, aws))
    } catch (error) {
      failures.push(`${row.logicalId}: ${(error as Error).message}`)
    }
  }
  const drifted = found.filter(drift => drift.status === 'MODIFIED' || drift.status === 'DELETED').length
  const stackStatus = drifted > 0 ? 'DRIFTED' : 'IN_SYNC'
  const reason = `Failed to detect drift on resource(s) ${failures.join('; ')}`
  await cfn.transact(async tx => {
    const ended = failures.length > 0 ? { status: 'DETECTION_FAILED' as const, reason } : { status: 'DETECTION_COMPLETE' as const }
    await tx.tables.driftDetections.put({ ...detection, ...ended, drifted, stackStatus })
    const fresh = await tx.tables.stacks.get(stack.id)
    if (fresh && !detection.logicalIds) await tx.tables.stacks.put({ ...fresh, drift: { status: stackStatus, at: tx.now() } })
  })
  tellEnded(cfn, detection.id)
}
