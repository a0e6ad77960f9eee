import type { PropertyDifference, StackResourceDrift, StackResourceDriftStatus } from '@aws-sdk/client-cloudformation'
import { identityWithin } from '../../../platform/resource-identifier.ts'
import { tellEnded } from '../engine/ends.ts'
import { resolveWherePossible } from '../engine/dynamic.ts'
import { resourceContext, resourceType } from '../engine/handler.ts'
import { hasReferences } from '../template/dynamic.ts'
import { withoutAttached } from './attachments.ts'
import type { CloudFormation, DriftRow, ResourceRow, StackRow } from '../state.ts'
import type { Aws } from '../../../contracts/aws.ts'
import { differences, withoutMembers } from './compare.ts'
import { tagDrift } from './tags.ts'

/** Stacks at rest, whose resources can be compared with their template. */
export const comparable = (status: string): boolean =>
  /^(?:(?:CREATE|UPDATE|IMPORT|UPDATE_ROLLBACK|IMPORT_ROLLBACK)_COMPLETE|UPDATE_ROLLBACK_FAILED)$/.test(status)

/**
 * Compares one resource, of `all` of the stack, with what the template says, as the caller, and keeps the result. A type that cannot be read is NOT_CHECKED.
 */
export async function detectDrift(cfn: CloudFormation, stack: StackRow, row: ResourceRow, all: readonly ResourceRow[], aws: Aws): Promise<DriftRow> {
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
    const standing = await read(context, current.physicalId, expected) as Record<string, unknown> | undefined
    if (!standing) return { ...about, status: 'DELETED' }
    const actual = withoutAttached(row, all, expected, standing)
    const { Tags: property, ...rest } = expected
    const tagged = tags && tagDrift(current.tags, property, await tags(context, current.physicalId, expected))
    const compared = withoutMembers(tags ? rest : expected, handlers.writeOnly ?? [])
    const found = [...differences(compared, actual), ...tagged?.differences ?? []]
    const told = { expected: JSON.stringify({ ...current.properties, ...tagged && { Tags: tagged.expected } }) }
    const known = { ...tellable(current.properties, actual, found), ...tagged && { Tags: tagged.actual } }
    const status = found.length > 0 ? 'MODIFIED' : 'IN_SYNC'
    return { ...about, ...told, actual: JSON.stringify(known), status, differences: found.map(each => asWritten(current.properties, each)) }
  })()
  await cfn.transact(tx => tx.tables.drifts.put(drift))
  return drift
}

/** What is told of what stands: of the properties of the template. The value of a dynamic reference that it has is told as the reference. */
function tellable(properties: Record<string, unknown>, actual: Record<string, unknown>, found: readonly PropertyDifference[]): Record<string, unknown> {
  const differs = (name: string) => found.some(({ PropertyPath }) => PropertyPath === `/${name}` || PropertyPath!.startsWith(`/${name}/`))
  return Object.fromEntries(Object.entries(actual).filter(([name]) => Object.hasOwn(properties, name))
    .map(([name, value]) => [name, hasReferences(properties[name]) && !differs(name) ? properties[name] : value]))
}

/** A difference whose expected value is told as the template writes it, where it writes a dynamic reference: its value is never kept. */
function asWritten(properties: Record<string, unknown>, difference: PropertyDifference): PropertyDifference {
  const names = difference.PropertyPath!.slice(1).split('/').map(name => name.replaceAll('~1', '/').replaceAll('~0', '~'))
  const member = (value: unknown, name: string) => typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
  const written = names.reduce<unknown>(member, properties)
  return hasReferences(written) ? { ...difference, ExpectedValue: typeof written === 'string' ? written : JSON.stringify(written) } : difference
}

/** A resource's drift as the API has it. */
export const describeDrift = (row: DriftRow): StackResourceDrift => ({
  StackId: row.stackId, LogicalResourceId: row.logicalId, PhysicalResourceId: row.physicalId, ResourceType: row.type, Timestamp: new Date(row.at),
  StackResourceDriftStatus: row.status as StackResourceDriftStatus, ...row.expected !== undefined && { ExpectedProperties: row.expected },
  ...row.actual !== undefined && { ActualProperties: row.actual }, PropertyDifferences: row.differences ?? [],
  ...row.reason !== undefined && { DriftStatusReason: row.reason },
  ...row.context?.length && { PhysicalResourceIdContext: row.context },
})

/** A stack's drift once some of its resources were compared: that they are in sync does not say that the others are. */
export const statusAfterSome = (stack: StackRow, drifted: number) => drifted > 0 ? 'DRIFTED' as const : stack.drift?.status ?? 'NOT_CHECKED'

const unknownDrift = ({ stackId, logicalId, type, current }: ResourceRow, at: number, reason: string): DriftRow =>
  ({ stackId, logicalId, physicalId: current!.physicalId, type, at, status: 'UNKNOWN', reason })

/** What the last detection found of a resource, as long as it is the same one: not of one that was replaced since, or is no longer in the stack. */
export async function lastDrift(cfn: CloudFormation, { stackId, logicalId, current }: ResourceRow): Promise<DriftRow | undefined> {
  const drift = await cfn.tables.drifts.get(stackId, logicalId)
  return drift && drift.physicalId === current?.physicalId ? drift : undefined
}

/** The task of DetectStackDrift: one resource after another, then the stack. */
export async function detectStackDrift(cfn: CloudFormation, task: { detectionId: string }): Promise<void> {
  const detection = await cfn.tables.driftDetections.get(task.detectionId)
  const stack = detection && await cfn.tables.stacks.get(detection.stackId)
  if (!detection || !stack || detection.status !== 'DETECTION_IN_PROGRESS') return
  const all = await cfn.tables.resources.list({ prefix: [stack.id] })
  const rows = all.filter(row => row.current && (!detection.logicalIds || detection.logicalIds.includes(row.logicalId)))
  const aws = cfn.as({ principal: detection.principal })
  const failures: string[] = []
  const found: DriftRow[] = []
  for (const row of rows) {
    try {
      found.push(await detectDrift(cfn, stack, row, all, aws))
    } catch (error) {
      failures.push(`${row.logicalId}: ${(error as Error).message}`)
      await cfn.transact(tx => tx.tables.drifts.put(unknownDrift(row, tx.now(), (error as Error).message)))
    }
  }
  const drifted = found.filter(drift => drift.status === 'MODIFIED' || drift.status === 'DELETED').length
  const stackStatus = drifted > 0 ? 'DRIFTED' : failures.length > 0 ? 'UNKNOWN' : 'IN_SYNC'
  const reason = `Failed to detect drift on resource(s) ${failures.join('; ')}`
  await cfn.transact(async tx => {
    const ended = failures.length > 0 ? { status: 'DETECTION_FAILED' as const, reason } : { status: 'DETECTION_COMPLETE' as const }
    await tx.tables.driftDetections.put({ ...detection, ...ended, drifted, stackStatus })
    const fresh = await tx.tables.stacks.get(stack.id)
    const status = fresh && detection.logicalIds ? statusAfterSome(fresh, drifted) : stackStatus
    if (fresh) await tx.tables.stacks.put({ ...fresh, drift: { status, at: tx.now() } })
  })
  tellEnded(cfn, detection.id)
}
