import type { Incarnation, ResourceRow } from '../state.ts'
import { nestedStackType } from './forward.ts'
import type { Run } from './incarnation.ts'
import { restoreNested } from './nested.ts'
import { resolveWherePossible } from './dynamic.ts'
import { actor, failureReason, resourceContext, resourceType } from './handler.ts'
import { sameValue } from './values.ts'
import { resourceEvents, setResource } from './record.ts'

/** What a forward run works on, as far as going back needs it. */
export type BackRun = Pick<Run, 'cfn' | 'stack' | 'rows' | 'aws' | 'abort'>

/** Takes a resource back to what stood before the operation: updates it back, or puts the one that was replaced in its place. */
export async function restoreResource(run: BackRun, logicalId: string): Promise<void> {
  const row = run.rows.get(logicalId)!
  const { before, current, attempted, begun: _, ...rest } = row
  if (!before || !current) return
  if (row.change === 'replace') {
    const made = current.physicalId !== before.physicalId ? [current] : []
    const obsolete = [...row.obsolete.filter(old => old.physicalId !== before.physicalId), ...made]
    return commit(
      run, { ...rest, type: before.type, current: before, before, obsolete, status: 'UPDATE_COMPLETE', updatedAt: run.cfn.now() },
      [{ status: 'UPDATE_COMPLETE' }]
    )
  }
  await commit(run, { ...row, status: 'UPDATE_IN_PROGRESS', updatedAt: run.cfn.now() }, [{ status: 'UPDATE_IN_PROGRESS' }], before.properties)
  try {
    const tried = attempted ?? current.properties
    const context = resourceContext(
      run.cfn, run.stack, { logicalId, suffix: before.suffix, tags: before.tags }, actor(run.cfn, run.stack, `${logicalId} back`), run.abort.signal
    )
    const changed = !sameValue(tried, before.properties) || !sameValue(current.tags, before.tags)
    const [back, from] = await Promise.all([before.properties, tried].map(properties => resolveWherePossible(context.aws, properties)))
    const made = before.type === nestedStackType ? await restoreNested(run.cfn, context, before.physicalId, run.stack.operation!)
      : changed ? await (await resourceType(run.cfn, before.type)).update!(context, before.physicalId, back, from) : undefined
    const restored: Incarnation = made ? {
      ...before, physicalId: made.id, attributes: made.attributes ?? before.attributes, ...made.ref !== undefined && { ref: made.ref },
    } : before
    await commit(
      run, { ...rest, before, current: restored, status: 'UPDATE_COMPLETE', updatedAt: run.cfn.now() }, [{ status: 'UPDATE_COMPLETE' }], before.properties
    )
  } catch (error) {
    const reason = failureReason(error, run.cfn.newId())
    await commit(
      run, { ...row, status: 'UPDATE_FAILED', statusReason: reason, updatedAt: run.cfn.now() }, [{ status: 'UPDATE_FAILED', reason }], before.properties
    )
    throw error
  }
}

/** Deletes what was replaced, or made by an update that failed; a failure is told by an event and leaves the thing behind, as AWS does. False where one was. */
export async function deleteObsolete(run: BackRun, logicalId: string, keep: (old: Incarnation) => boolean): Promise<boolean> {
  const row = run.rows.get(logicalId)!
  let gone = true
  for (const old of row.obsolete) {
    const about = { logicalId, type: old.type, current: old }
    if (keep(old)) {
      await run.cfn.transact(cfn => resourceEvents(cfn, run.stack, about, [{ status: 'DELETE_SKIPPED' }]))
      continue
    }
    await run.cfn.transact(cfn => resourceEvents(cfn, run.stack, about, [{ status: 'DELETE_IN_PROGRESS' }]))
    const failure = await deleteIncarnation(run, logicalId, old)
    if (failure !== undefined && run.cfn.state.closing) throw new Error('The cloud stops; the clean-up goes on at the next start.')
    gone &&= failure === undefined
    await run.cfn.transact(cfn => resourceEvents(
      cfn, run.stack, about, [failure === undefined ? { status: 'DELETE_COMPLETE' } : { status: 'DELETE_FAILED', reason: failure }]
    ))
  }
  if (row.obsolete.length > 0) await commit(run, { ...row, obsolete: [] }, [])
  return gone
}

/**
 * Deletes a resource that the stack no longer has. `retain`: leaves it and says so. `forget`: its row goes too. Throws after a failure is
 * recorded.
 */
export async function deleteResource(run: BackRun, logicalId: string, options: { retain: boolean, forget: boolean }): Promise<void> {
  const row = run.rows.get(logicalId)!
  const { current } = row
  const finish = async (status: string, events: boolean) => {
    const gone: ResourceRow = { ...row, status, updatedAt: run.cfn.now() }
    await run.cfn.transact(async cfn => {
      await setResource(cfn, run.stack, gone, events ? [{ status }] : [])
      if (options.forget) await cfn.tables.resources.delete(row.stackId, logicalId)
    })
    if (options.forget) run.rows.delete(logicalId)
    else run.rows.set(logicalId, gone)
  }
  if (row.status === 'DELETE_COMPLETE' || row.status === 'DELETE_SKIPPED') return
  if (!current) return finish('DELETE_COMPLETE', row.status !== '')
  if (options.retain) return finish('DELETE_SKIPPED', true)
  const { statusReason: _, ...rest } = row
  await commit(run, { ...rest, status: 'DELETE_IN_PROGRESS', updatedAt: run.cfn.now() }, [{ status: 'DELETE_IN_PROGRESS' }])
  const failure = await deleteIncarnation(run, logicalId, current)
  if (failure === undefined) return finish('DELETE_COMPLETE', true)
  await commit(run, { ...row, status: 'DELETE_FAILED', statusReason: failure, updatedAt: run.cfn.now() }, [{ status: 'DELETE_FAILED', reason: failure }])
  throw new Error(failure)
}

/** Forgets what could not be deleted after an update: it stands, and is no longer the stack's, as at AWS. */
export async function forgetResource(run: BackRun, logicalId: string): Promise<void> {
  if (run.cfn.state.closing) return
  await run.cfn.transact(cfn => cfn.tables.resources.delete(run.stack.id, logicalId))
  run.rows.delete(logicalId)
}

/** Leaves what cannot be deleted, since the deletion is forced. */
export async function leaveBehind(run: BackRun, logicalId: string): Promise<void> {
  if (run.cfn.state.closing) throw new Error('The cloud stops; the deletion goes on at the next start.')
  await commit(run, { ...run.rows.get(logicalId)!, status: 'DELETE_SKIPPED', updatedAt: run.cfn.now() }, [{ status: 'DELETE_SKIPPED' }])
}

/** Returns the reason where it could not be deleted. */
async function deleteIncarnation(run: BackRun, logicalId: string, old: Incarnation): Promise<string | undefined> {
  try {
    const context = resourceContext(run.cfn, run.stack, { logicalId, suffix: old.suffix, tags: old.tags }, run.aws, run.abort.signal)
    await (await resourceType(run.cfn, old.type)).delete(context, old.physicalId, await resolveWherePossible(run.aws, old.properties))
    return undefined
  } catch (error) {
    return failureReason(error, run.cfn.newId())
  }
}

async function commit(run: BackRun, row: ResourceRow, events: { status: string, reason?: string }[], properties?: unknown): Promise<void> {
  await run.cfn.transact(cfn => setResource(cfn, run.stack, row, events, properties))
  run.rows.set(row.logicalId, row)
}
