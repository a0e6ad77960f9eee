import type { Created, ResourceContext, ResourceType } from '../../../platform/resource-type.ts'
import { newCode } from '../../../platform/ids.ts'
import { policyDenial, type PolicyAction } from '../policies/policy.ts'
import type { CloudFormation, Incarnation, OperationRecord, ResourceRow } from '../state.ts'
import { evaluate } from '../template/intrinsics.ts'
import { propertiesOf } from './evaluation.ts'
import { resolveReferences, resolveWherePossible } from './dynamic.ts'
import { Cancelled, HalfMade, StepError, Untouched, Waiting } from './errors.ts'
import { actor, checkProperties, failureReason, resourceContext, resourceType } from './handler.ts'
import { sameValue } from './values.ts'
import { importResource } from './import.ts'
import { incarnation, type Run } from './incarnation.ts'
import { setResource } from './record.ts'

const suffixAlphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'

export const nestedStackType = 'AWS::CloudFormation::Stack'

/** What an update does to a resource. */
export type Change = 'create' | 'update' | 'replace' | 'none'

/** What has to happen to a resource for it to have these properties. */
export async function changeOf(
  cfn: CloudFormation, current: Incarnation | undefined, type: string, properties: Record<string, unknown>, tags: Record<string, string>,
): Promise<Change> {
  if (!current) return 'create'
  // Of what failed when it was made, another one is made.
  if (current.type !== type || current.failed) return 'replace'
  const handlers = await resourceType(cfn, type)
  const changed = [
    ...new Set([...Object.keys(properties), ...Object.keys(current.properties)])
  ].filter(name => !sameValue(properties[name], current.properties[name]))
  if (changed.length > 0) return !handlers.update || changed.some(name => handlers.createOnly?.includes(name)) ? 'replace' : 'update'
  // The template at a nested stack's address may be another one.
  if (type === nestedStackType) return 'update'
  // The stack's tags are the resource's, where its type carries tags.
  return handlers.update && Object.hasOwn(handlers.properties, 'Tags') && !sameValue(tags, current.tags) ? 'update' : 'none'
}

/** Makes one resource as the template says: creates, updates or replaces it, or leaves it. Throws after its failure is recorded. */
export async function makeResource(run: Run, logicalId: string): Promise<void> {
  const { cfn, stack, template, model } = run
  const type = template.Resources[logicalId]!.Type
  const operationId = stack.operation!.id
  const earlier: ResourceRow = run.rows.get(logicalId) ?? { stackId: stack.id, logicalId, type, status: '', updatedAt: cfn.now(), obsolete: [] }
  let properties: Record<string, unknown> = {}
  let change: Change = 'create'
  try {
    properties = propertiesOf(template, logicalId, run.evaluation)
    change = await changeOf(cfn, earlier.current, type, properties, model.tags)
    // A restart in the middle of an update left it half done: it is done again.
    if (change === 'none' && earlier.operationId === operationId && earlier.status.endsWith('_IN_PROGRESS')) change = 'update'
    // An operation that waited begins anew; a nested stack that it has updated is not updated again.
    if (type === nestedStackType && change === 'update' && doneBy(earlier, stack.operation!, properties)) change = 'none'
    if (change === 'update' || change === 'replace') checkAllowed(run, logicalId, change === 'update' ? 'Update:Modify' : 'Update:Replace')
  } catch (error) {
    return failed(run, untouched(earlier, type, operationId), earlier.current ? 'UPDATE' : 'CREATE', error, {})
  }
  if (change === 'none') return keep(run, earlier)
  if (change === 'create' && stack.operation!.imports?.[logicalId] !== undefined) return importResource(run, logicalId)
  const suffix = change === 'update'
    ? earlier.current!.suffix
    : earlier.operationId === operationId && earlier.begun ? earlier.begun
    : newCode(12, suffixAlphabet)
  const row = begin(run, earlier, change, suffix, properties)
  const word = change === 'create' ? 'CREATE' : 'UPDATE'
  const reason = change === 'replace' ? 'Requested update requires the creation of a new physical resource; hence creating one.' : undefined
  // One that waited is taken up again; its beginning was told.
  const goesOn = earlier.begun === suffix && earlier.operationId === operationId && earlier.status.endsWith('_IN_PROGRESS')
  await commit(run, row, goesOn ? [] : [{ status: `${word}_IN_PROGRESS`, ...reason && { reason } }], properties)
  try {
    const handlers = await resourceType(cfn, type)
    checkProperties(handlers, logicalId, properties)
    const aws = actor(cfn, stack, `${logicalId} ${suffix} ${change}`)
    const creationPolicy = evaluate(template.Resources[logicalId]!.CreationPolicy, run.evaluation)
    const context = { ...resourceContext(cfn, stack, { logicalId, suffix, tags: model.tags }, aws, run.abort.signal), creationPolicy }
    const resolved = await resolveReferences(aws, type, properties)
    const made = change === 'update' ? await updateInPlace(handlers, context, row.current!, resolved)
      : await createOnce(handlers, context, resolved, earlier.begun === suffix)
    await succeeded(run, row, change, made, incarnation(run, logicalId, type, properties, suffix, made))
  } catch (error) {
    if (error instanceof Waiting) throw error
    const { attempted: _, ...untouched } = row
    const half = error instanceof HalfMade || error instanceof Cancelled ? error.id : undefined
    const left = half !== undefined ? withHalfMade(row, incarnation(run, logicalId, type, properties, suffix, { id: half }))
      : error instanceof Untouched ? untouched : row
    await failed(run, left, word, error, properties)
  }
}

const doneBy = (row: ResourceRow, operation: OperationRecord, properties: Record<string, unknown>) =>
  row.status.endsWith('_COMPLETE') && row.operationId === operation.id && row.updatedAt >= operation.startedAt && sameValue(row.current?.properties, properties)

/** Throws where the stack policy does not let the update do this. */
export function checkAllowed(run: Run, logicalId: string, action: PolicyAction): void {
  const { policy } = run.stack.operation!
  const denial = policy === undefined ? undefined : policyDenial(policy, action, { logicalId, type: run.rows.get(logicalId)?.type ?? '' })
  if (denial !== undefined) throw new StepError(denial)
}

/** Fails a resource that the template no longer has and that the stack policy keeps. */
export async function checkRemoval(run: Run, logicalId: string): Promise<void> {
  const earlier = run.rows.get(logicalId)!
  try {
    checkAllowed(run, logicalId, 'Update:Delete')
  } catch (error) {
    await failed(run, untouched(earlier, earlier.type, run.stack.operation!.id), 'UPDATE', error, undefined)
  }
}

/** The row of a resource that fails before anything was done to it; a rollback then has nothing to do but what earlier steps of the operation did. */
function untouched(earlier: ResourceRow, type: string, operationId: string): ResourceRow {
  if (earlier.operationId === operationId && earlier.change !== undefined) return { ...earlier, type }
  const { attempted: _, before: __, change: ___, begun: ____, ...rest } = earlier
  if (!earlier.current) return { ...rest, type, operationId, change: 'create' }
  return { ...rest, operationId, change: 'update', before: earlier.current }
}

async function updateInPlace(handlers: ResourceType, context: ResourceContext, current: Incarnation, properties: Record<string, unknown>): Promise<Created> {
  const previous = await resolveWherePossible(context.aws, current.properties)
  return { attributes: current.attributes, ...await handlers.update!(context, current.physicalId, properties, previous) }
}

/**
 * Creates a resource. Where a creation of the same name was begun before a restart, what that one may have left is ours: it is deleted
 * and made anew, since it may be half made.
 */
async function createOnce(handlers: ResourceType, context: ResourceContext, properties: Record<string, unknown>, again: boolean): Promise<Created> {
  let name: string | undefined
  const noting = { ...context, generatedName: (max: number, options?: { lowerCase?: boolean }) => name = context.generatedName(max, options) }
  try {
    return await handlers.create(noting, properties)
  } catch (error) {
    if (!again || name === undefined || !failureReason(error, '').includes('HandlerErrorCode: AlreadyExists')) throw error
    await handlers.delete(context, name, properties)
    return handlers.create(context, properties)
  }
}

function begin(run: Run, earlier: ResourceRow, change: Exclude<Change, 'none'>, suffix: string, properties: Record<string, unknown>): ResourceRow {
  const { stack, cfn } = run
  const operationId = stack.operation!.id
  const type = run.template.Resources[earlier.logicalId]!.Type
  const { statusReason: _, before, change: earlierChange, ...rest } = earlier
  // What stood before the operation's first touch is what a rollback restores, however often it was touched.
  const touched = earlier.operationId === operationId && earlierChange !== undefined
  return {
    ...rest, type, operationId, updatedAt: cfn.now(), status: change === 'create' ? 'CREATE_IN_PROGRESS' : 'UPDATE_IN_PROGRESS',
    change: touched && (earlierChange === 'create' || change === 'update') ? earlierChange : change,
    ...touched ? before && { before } : earlier.current && { before: earlier.current },
    ...change === 'update' ? { attempted: properties } : { begun: suffix },
  }
}

/** What a failed creation may have left is deleted with what else the rollback deletes; where something stands in its place, as a thing that was replaced. */
function withHalfMade(row: ResourceRow, half: Incarnation): ResourceRow {
  return row.current ? { ...row, obsolete: [...row.obsolete, half] } : { ...row, current: { ...half, failed: true } }
}

async function succeeded(run: Run, row: ResourceRow, change: Change, made: Created, current: Incarnation): Promise<void> {
  const { begun: _, ...rest } = row
  // A handler may answer an update with another physical id: the old thing is then to be deleted.
  const replaced = row.current && (change === 'replace' || row.current.physicalId !== made.id) ? [row.current] : []
  const word = change === 'create' ? 'CREATE' : 'UPDATE'
  const status = `${word}_COMPLETE`
  const kind = replaced.length > 0 && row.change === 'update' ? 'replace' : row.change
  const done: ResourceRow = { ...rest, status, updatedAt: run.cfn.now(), current, obsolete: [...row.obsolete, ...replaced], ...kind && { change: kind } }
  const initiated = change === 'create' ? [{ status: 'CREATE_IN_PROGRESS', reason: 'Resource creation Initiated' }]
    : change === 'replace' ? [{ status: 'UPDATE_IN_PROGRESS', reason: 'Resource creation Initiated' }] : []
  await commit(run, done, [...initiated, { status }], current.properties)
}

async function failed(run: Run, row: ResourceRow, word: 'CREATE' | 'UPDATE', error: unknown, properties: unknown): Promise<void> {
  if (run.cfn.state.closing) throw error
  const cancelled = error instanceof Cancelled
  const reason = cancelled ? `Resource ${word === 'CREATE' ? 'creation' : 'update'} cancelled` : failureReason(error, run.cfn.newId())
  if (!cancelled) run.cfn.log.debug(`${run.stack.name}: ${row.logicalId} failed`, { error })
  await commit(run, { ...row, status: `${word}_FAILED`, statusReason: reason, updatedAt: run.cfn.now() }, [{ status: `${word}_FAILED`, reason }], properties)
  throw error
}

/** Gives up what waits for something outside, since the operation fails or was cancelled. */
export const giveUp = (run: Run, logicalId: string): Promise<void> => {
  const row = run.rows.get(logicalId)!
  return failed(run, row, row.status.startsWith('UPDATE') ? 'UPDATE' : 'CREATE', new Cancelled(), undefined).catch(() => {})
}

/** Nothing of it changes but what only the template knows: policies, metadata, dependencies. */
async function keep(run: Run, row: ResourceRow): Promise<void> {
  const current = row.current!
  const made: Created = { id: current.physicalId, attributes: current.attributes, ...current.ref !== undefined && { ref: current.ref } }
  const same = incarnation(run, row.logicalId, current.type, current.properties, current.suffix, made)
  if (sameValue(same, current)) return
  const { change, before, ...rest } = row
  const touched = row.operationId === run.stack.operation!.id && change !== undefined
  await commit(run, { ...rest, current: same, ...touched && { change, ...before && { before } } }, [])
}

async function commit(run: Run, row: ResourceRow, events: { status: string, reason?: string }[], properties?: unknown): Promise<void> {
  await run.cfn.transact(cfn => setResource(cfn, run.stack, row, events, properties))
  run.rows.set(row.logicalId, row)
}

