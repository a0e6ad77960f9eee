import type { CloudFormation, Model, OperationRecord, ResourceRow, StackRow } from '../state.ts'
import { deleteSet } from '../changesets/deletion.ts'
import { deleteObsolete, deleteResource, forgetResource, leaveBehind, restoreResource, type BackRun } from './backward.ts'
import { tellEnded } from './ends.ts'
import { Cancelled, Waiting } from './errors.ts'
import { evaluationOf, resourceValues, wantedResources } from './evaluation.ts'
import { checkRemoval, giveUp, makeResource } from './forward.ts'
import type { Run } from './incarnation.ts'
import { reversed, runGraph } from './graph.ts'
import { actor } from './handler.ts'
import { forgetImports, importResource } from './import.ts'
import { processedTemplate } from './processed.ts'
import { importsOf, outputsOf, refuseInUse, storeExports } from './outputs.ts'
import { setStackStatus } from './record.ts'

/**
 * Carries a stack's operation to its end, phase by phase. Every step is committed before and after, so that the task, done again after a
 * crash, goes on where it was.
 */
export async function operate(cfn: CloudFormation, task: { stackId: string }): Promise<void> {
  const abort = new AbortController()
  cfn.state.running.set(task.stackId, abort)
  try {
    for (;;) {
      const stack = await cfn.tables.stacks.get(task.stackId)
      const operation = stack?.operation
      if (!stack || !operation || operation.stopped) return
      const rows = new Map((await cfn.tables.resources.list({ prefix: [stack.id] })).map(row => [row.logicalId, row]))
      // Only making new things can be given up; going back is always carried through.
      const run: BackRun = { cfn, stack, rows, aws: actor(cfn, stack), abort: makes(operation) ? abort : new AbortController() }
      if (operation.kind === 'DELETE') await remove(run, operation)
      else if (operation.kind === 'IMPORT') await takeIn(run, operation)
      else if (operation.phase === 'forward') {
        if (await forward(run, operation) === 'waits') return
      }
      else if (operation.phase === 'cleanup') await cleanUp(run)
      else if (operation.phase === 'rollback') await (operation.previous ? rollBack(run, operation) : removeAll(run, operation))
      else await cleanUpRollback(run, operation)
    }
  } finally {
    cfn.state.running.delete(task.stackId)
    tellEnded(cfn, task.stackId)
  }
}

const makes = ({ kind, phase }: OperationRecord) => phase === 'forward' && kind !== 'DELETE'

async function forward(back: BackRun, operation: OperationRecord): Promise<'waits' | void> {
  const { cfn, stack, abort } = back
  if (operation.failure !== undefined) return forwardFailed(back, { create: [], update: [] }, false, `${operation.failure}.`)
  const template = await processedTemplate(cfn, stack.model.templateId)
  const exports = new Map((await cfn.tables.exports.list()).map(row => [row.name, row.value]))
  const evaluation = evaluationOf(cfn, stack, template, stack.model, exports)
  evaluation.resource = resourceValues(back.rows)
  const dependencies = wantedResources(template, evaluation)
  const run: Run = { ...back, model: stack.model, template, evaluation, dependencies }
  if (operation.cancelled) abort.abort()
  const timeout = operation.kind === 'CREATE' && stack.timeoutMinutes ? operation.startedAt + stack.timeoutMinutes * 60_000 : Infinity
  if (timeout <= cfn.now()) abort.abort()
  const cancelTimeout = timeout < Infinity ? cfn.clock.at(timeout, () => abort.abort()) : undefined
  const waiting = new Map<string, number>()
  const removed = operation.policy === undefined
    ? []
    : [...run.rows.values()].filter(row => row.current && !dependencies.has(row.logicalId)).map(row => row.logicalId)
  const kept = await runGraph(removed, () => [], id => checkRemoval(run, id), { keepGoing: true, onFailure: () => abort.abort() })
  const made = await runGraph([...dependencies.keys()], id => dependencies.get(id) ?? [], id => makeResource(run, id), {
    stop: () => abort.signal.aborted || cfn.state.closing, onFailure: () => abort.abort(),
    waits: (id, error) => error instanceof Waiting && waiting.set(id, error.until).size > 0,
  })
  const failures = [...kept, ...made]
  cancelTimeout?.()
  if (cfn.state.closing) throw new Error('The cloud stops; the operation goes on at the next start.')
  const failed = { create: [] as string[], update: [] as string[] }
  for (const { id } of failures) failed[run.rows.get(id)?.status.startsWith('UPDATE') ? 'update' : 'create'].push(id)
  if (failures.length > 0 || abort.signal.aborted) {
    await giveUpWaiting(run, operation)
    const because = failures.length === 0 && timeout <= cfn.now() ? 'Stack creation time exceeded the specified timeout.' : undefined
    return forwardFailed(run, failed, failures.every(failure => failure.error instanceof Cancelled), because)
  }
  const monitored = waiting.size > 0 ? undefined : await monitoredUntil(cfn, stack, operation)
  if (monitored !== undefined && monitored > cfn.now()) return waitFor(cfn, stack.id, monitored)
  if (waiting.size > 0) return waitFor(cfn, stack.id, Math.min(timeout, ...waiting.values()))
  try {
    const outputs = outputsOf(template, evaluation)
    const imports = importsOf(template, evaluation)
    await cfn.transact(async tx => {
      const fresh = await current(tx, stack)
      // A deletion took the place of the creation: the loop goes on with it.
      if (fresh.operation?.id !== operation.id) return
      await storeExports(tx, fresh, outputs, imports)
      const next = { ...fresh, outputs }
      const cleanup = 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS'
      if (operation.kind === 'CREATE') await endOperation(tx, next, 'CREATE_COMPLETE')
      else await setStackStatus(tx, { ...next, updatedAt: tx.now(), operation: { ...fresh.operation!, phase: 'cleanup' } }, cleanup)
    })
  } catch (error) {
    await forwardFailed(run, failed, false, error instanceof Error ? error.message : String(error))
  }
}

/** Until when an update that has made everything waits before it deletes what it replaced; until then it can be cancelled. */
async function monitoredUntil(cfn: CloudFormation, stack: StackRow, operation: OperationRecord): Promise<number | undefined> {
  if (operation.kind !== 'UPDATE' || !stack.monitoringMinutes) return undefined
  if (operation.monitoredUntil !== undefined) return operation.monitoredUntil
  const until = cfn.now() + stack.monitoringMinutes * 60_000
  await cfn.transact(async tx => {
    const fresh = await current(tx, stack)
    if (fresh.operation?.id === operation.id) await tx.tables.stacks.put({ ...fresh, operation: { ...fresh.operation, monitoredUntil: until } })
  })
  return until
}

/** Takes resources that exist into the stack, or none of them. */
async function takeIn(back: BackRun, operation: OperationRecord): Promise<void> {
  const { cfn, stack, rows } = back
  const template = await processedTemplate(cfn, stack.model.templateId)
  const exports = new Map((await cfn.tables.exports.list()).map(row => [row.name, row.value]))
  const evaluation = { ...evaluationOf(cfn, stack, template, stack.model, exports), resource: resourceValues(rows) }
  const dependencies = wantedResources(template, evaluation)
  const run: Run = { ...back, model: stack.model, template, evaluation, dependencies }
  const failures = await runGraph([...dependencies.keys()], id => dependencies.get(id) ?? [], id => importResource(run, id))
  if (cfn.state.closing) throw new Error('The cloud stops; the operation goes on at the next start.')
  let reason = `The following resource(s) failed to import: [${failures.map(failure => failure.id).join(', ')}].`
  try {
    if (failures.length === 0) {
      const [outputs, imports] = [outputsOf(template, evaluation), importsOf(template, evaluation)]
      return await cfn.transact(async tx => {
        const fresh = await current(tx, stack)
        await storeExports(tx, fresh, outputs, imports)
        await endOperation(tx, { ...fresh, outputs, updatedAt: tx.now() }, 'IMPORT_COMPLETE')
      })
    }
  } catch (error) {
    reason = (error as Error).message
  }
  await cfn.transact(async tx => setStackStatus(tx, await current(tx, stack), 'IMPORT_ROLLBACK_IN_PROGRESS', reason))
  await forgetImports(cfn, stack, run.rows, operation)
  await cfn.transact(async tx => endOperation(tx, await backTo(tx, await current(tx, stack), operation.previous!), 'IMPORT_ROLLBACK_COMPLETE'))
}

/** What waits for a signal ends with the operation. */
async function giveUpWaiting(run: Run, operation: OperationRecord): Promise<void> {
  const half = (row: ResourceRow) => row.operationId === operation.id && row.begun !== undefined && row.status.endsWith('_IN_PROGRESS')
  for (const row of [...run.rows.values()].filter(half)) await giveUp(run, row.logicalId)
}

/** Leaves the operation until a signal, or this time, takes it up again: the task is queued anew under a name of its own. */
async function waitFor(cfn: CloudFormation, stackId: string, at: number): Promise<'waits'> {
  await cfn.transact(async tx => tx.enqueue('operate', { stackId }, { at, order: stackId, id: `wait ${stackId}` }))
  return 'waits'
}

/** Decides what follows a failure: nothing, a rollback, or a deletion. */
async function forwardFailed(run: BackRun, failed: Record<string, string[]>, cancelled: boolean, because?: string): Promise<void> {
  const sentences = Object.entries(failed).filter(([, ids]) => ids.length > 0)
    .map(([verb, ids]) => `The following resource(s) failed to ${verb}: [${ids.join(', ')}]. `)
  const told = because !== undefined ? `${because} ` : cancelled && sentences.length === 0 ? 'User Initiated' : sentences.join('')
  await run.cfn.transact(async tx => {
    const fresh = await current(tx, run.stack)
    if (fresh.operation?.id !== run.stack.operation!.id) return
    const operation = { ...fresh.operation, failed }
    const word = operation.kind
    if (operation.onFailure === 'DO_NOTHING') await endExecution(tx, fresh.id, false)
    if (operation.onFailure === 'DO_NOTHING') return setStackStatus(tx, { ...fresh, operation: { ...operation, stopped: true } }, `${word}_FAILED`, told)
    const next: StackRow = { ...fresh, operation: { ...operation, phase: 'rollback' } }
    if (operation.previous) return setStackStatus(tx, next, 'UPDATE_ROLLBACK_IN_PROGRESS', told)
    if (operation.onFailure === 'DELETE') return setStackStatus(tx, next, 'DELETE_IN_PROGRESS', `${told}Delete requested by user.`)
    return setStackStatus(tx, next, 'ROLLBACK_IN_PROGRESS', `${told}Rollback requested by user.`)
  })
}

const keeps = (policy: string) => policy === 'Retain' || policy === 'RetainExceptOnCreate'

/** After a good update: deletes what was replaced and what the template no longer has. A failure here does not fail the update. */
async function cleanUp(run: BackRun): Promise<void> {
  const { cfn, stack, rows } = run
  const template = await processedTemplate(cfn, stack.model.templateId)
  const wanted = wantedResources(template, evaluationOf(cfn, stack, template, stack.model))
  const ids = [...rows.values()].filter(row => row.obsolete.length > 0 || !wanted.has(row.logicalId)).map(row => row.logicalId)
  let gone = true
  const failures = await runGraph(ids, reversed(ids, id => dependenciesOfRow(rows.get(id))), async id => {
    if (!await deleteObsolete(run, id, old => keeps(old.updateReplacePolicy))) gone = false
    if (wanted.has(id)) return
    await deleteResource(run, id, { retain: keeps(rows.get(id)?.current?.deletionPolicy ?? 'Delete'), forget: true }).catch(async error => {
      await forgetResource(run, id)
      throw error
    })
  }, { keepGoing: true })
  if (cfn.state.closing) throw new Error('The cloud stops; the operation goes on at the next start.')
  const reason = gone && failures.length === 0 ? undefined : 'Update successful. One or more resources could not be deleted.'
  await cfn.transact(async tx => endOperation(tx, await current(tx, stack), 'UPDATE_COMPLETE', reason))
}

/** After a failed update: each touched resource goes back to what it was, in the order of their dependencies. */
async function rollBack(run: BackRun, operation: OperationRecord): Promise<void> {
  const { cfn, stack, rows } = run
  const touched = [...rows.values()].filter(row => row.operationId === operation.id && row.change !== undefined && row.change !== 'create')
  const ids = touched.map(row => row.logicalId).filter(id => !operation.skip?.includes(id))
  const failures = await runGraph(ids, id => rows.get(id)?.before?.dependencies ?? [], id => restoreResource(run, id), { keepGoing: true })
  if (cfn.state.closing) throw new Error('The cloud stops; the operation goes on at the next start.')
  await cfn.transact(async tx => {
    const fresh = await current(tx, stack)
    if (failures.length > 0) {
      const reason = `The following resource(s) failed to update: [${failures.map(failure => failure.id).join(', ')}]. `
      return setStackStatus(tx, { ...fresh, operation: { ...fresh.operation!, stopped: true } }, 'UPDATE_ROLLBACK_FAILED', reason)
    }
    return setStackStatus(tx, { ...fresh, operation: { ...fresh.operation!, phase: 'rollback-cleanup' } }, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS')
  })
}

/** Deletes what the failed update had made. */
async function cleanUpRollback(run: BackRun, operation: OperationRecord): Promise<void> {
  const { cfn, stack, rows } = run
  const made = (row: ResourceRow | undefined) => row?.operationId === operation.id && row.change === 'create'
  const ids = [...rows.values()].filter(row => row.obsolete.length > 0 || made(row)).map(row => row.logicalId)
  await runGraph(ids, reversed(ids, id => dependenciesOfRow(rows.get(id))), async id => {
    await deleteObsolete(run, id, () => false)
    const row = rows.get(id)
    if (made(row)) await deleteResource(run, id, {
      retain: operation.imports?.[id] !== undefined || (row?.current?.deletionPolicy === 'Retain' && !stack.retainExceptOnCreate), forget: true,
    })
  }, { keepGoing: true })
  await cfn.transact(async tx => {
    const fresh = await current(tx, stack)
    await endOperation(tx, await backTo(tx, fresh, operation.previous!), 'UPDATE_ROLLBACK_COMPLETE')
  })
}

/** Deletes a stack, unless others use what it exports: then nothing of it is touched. */
async function remove(run: BackRun, operation: OperationRecord): Promise<void> {
  const { cfn, stack } = run
  const canceled = await cfn.transact(async tx => {
    const names = (await tx.tables.exports.list()).filter(row => row.stackId === stack.id).map(row => row.name)
    try {
      for (const name of names) await refuseInUse(tx, name, 'delete')
    } catch (error) {
      await endOperation(tx, await current(tx, stack), 'DELETE_FAILED', `Delete canceled. ${(error as Error).message}`)
      return true
    }
    return false
  })
  if (!canceled) await removeAll(run, operation)
}

/** Deletes every resource: of a stack that is deleted, or whose creation failed. */
async function removeAll(run: BackRun, operation: OperationRecord): Promise<void> {
  const { cfn, stack, rows } = run
  const rollback = operation.kind !== 'DELETE'
  const deletes = !rollback || operation.onFailure === 'DELETE'
  const ids = [...rows.keys()]
  const failures = await runGraph(ids, reversed(ids, id => dependenciesOfRow(rows.get(id))), async id => {
    const policy = rows.get(id)?.current?.deletionPolicy ?? 'Delete'
    const imported = rollback && operation.imports?.[id] !== undefined
    const retain = operation.retain.includes(id) || imported || (rollback ? policy === 'Retain' && !stack.retainExceptOnCreate : keeps(policy))
    await deleteObsolete(run, id, old => keeps(old.updateReplacePolicy))
    const deletion = deleteResource(run, id, { retain, forget: false })
    await (operation.force ? deletion.catch(() => leaveBehind(run, id)) : deletion)
  }, { keepGoing: true })
  if (cfn.state.closing) throw new Error('The cloud stops; the operation goes on at the next start.')
  await cfn.transact(async tx => {
    const fresh = await current(tx, stack)
    if (failures.length > 0) {
      const reason = `The following resource(s) failed to delete: [${failures.map(failure => failure.id).join(', ')}]. `
      return endOperation(tx, fresh, deletes ? 'DELETE_FAILED' : 'ROLLBACK_FAILED', reason)
    }
    if (!deletes) return endOperation(tx, fresh, 'ROLLBACK_COMPLETE')
    await storeExports(tx, fresh, [], [])
    await tx.tables.names.delete(fresh.name)
    for (const set of await tx.tables.changeSets.list({ prefix: [fresh.id] })) await deleteSet(tx, set)
    await endOperation(tx, { ...fresh, deletedAt: tx.now() }, 'DELETE_COMPLETE')
  })
}

async function endOperation(cfn: CloudFormation, stack: StackRow, status: string, reason?: string): Promise<void> {
  const { operation, ...rest } = await setStackStatus(cfn, stack, status, reason)
  if (operation) {
    await cfn.forgetOnce(operation.id)
    for (const kept of await cfn.tables.nestedModels.list({ prefix: [operation.id] })) await cfn.tables.nestedModels.delete(kept.operationId, kept.stackId)
  }
  await endExecution(cfn, stack.id, /^(?:CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status))
  cfn.cancel('operate', `wait ${stack.id}`)
  await cfn.tables.stacks.put(rest)
}

/** The change set that was executed, where one was, has ended with the operation. */
async function endExecution(cfn: CloudFormation, stackId: string, good: boolean): Promise<void> {
  const set = (await cfn.tables.changeSets.list({ prefix: [stackId] })).find(row => row.executionStatus === 'EXECUTE_IN_PROGRESS')
  if (set) await cfn.tables.changeSets.put({ ...set, executionStatus: good ? 'EXECUTE_COMPLETE' : 'EXECUTE_FAILED' })
}

/** The stack as it was made from an earlier template. */
async function backTo(cfn: CloudFormation, stack: StackRow, model: Model): Promise<StackRow> {
  const { description: _, ...rest } = stack
  const description = model.templateId === '' ? undefined : (await processedTemplate(cfn, model.templateId)).Description
  return { ...rest, model, ...description !== undefined && { description } }
}

const dependenciesOfRow = (row: ResourceRow | undefined) => [...row?.current?.dependencies ?? [], ...row?.obsolete.flatMap(old => old.dependencies) ?? []]

async function current(cfn: CloudFormation, stack: StackRow): Promise<StackRow> {
  return await cfn.tables.stacks.get(stack.id) ?? stack
}
