import type { CloudFormation } from '../state.ts'
import { tellEnded, whenEnded } from '../engine/ends.ts'
import { accountGate } from './gate.ts'
import { accountActor, forgetInstance, placed, type InstanceOutcome, type SetRun } from './instance.ts'
import type { SetOperationRow, SetResultRow, StackInstanceRow } from './rows.ts'

/**
 * Carries an operation of a stack set out, place by place. What came of each place is committed before the next begins, so that the task,
 * done again after a crash, goes on where it was.
 */
export async function runStackSetOperation(cfn: CloudFormation, task: { setId: string, operationId: string }): Promise<void> {
  const unmet = await unmetBefore(cfn, await cfn.tables.stackSetOperations.get(task.setId, task.operationId))
  const operation = await cfn.tables.stackSetOperations.get(task.setId, task.operationId)
  const set = await cfn.tables.stackSets.get(task.setId)
  if (!set || !operation || !['QUEUED', 'RUNNING', 'STOPPING'].includes(operation.status)) return
  if (operation.status === 'QUEUED') await setOperation(cfn, operation, { status: 'RUNNING' })
  const run: SetRun = { cfn, set, operation, actors: new Map() }
  const regions = unmet === undefined ? regionsInOrder(operation) : []
  let good = unmet === undefined
  if (operation.preferences.RegionConcurrencyType === 'PARALLEL') good &&= (await Promise.all(regions.map(region => runRegion(run, region)))).every(Boolean)
  else for (const region of regions) if (good) good = await runRegion(run, region)
  if (cfn.state.closing) throw new Error('The cloud stops; the operation goes on at the next start.')
  await endOperation(run, good, unmet)
  tellEnded(cfn, operation.id)
}

/** Waits for the operations that come before; answers why it is not to begin, where one of them has not succeeded. */
async function unmetBefore(cfn: CloudFormation, operation: SetOperationRow | undefined): Promise<string | undefined> {
  for (const { setId, operationId } of operation?.waitsFor ?? []) {
    const look = () => cfn.tables.stackSetOperations.get(setId, operationId)
    const before = await whenEnded(cfn, operationId, look, found => ['QUEUED', 'RUNNING', 'STOPPING'].includes(found?.status ?? ''))
    if (before?.status !== 'SUCCEEDED') return `Cancelled since operation ${operationId} of stack set ${setId}, on which it depends, did not succeed`
  }
  return undefined
}

const regionsInOrder = ({ preferences, regions }: SetOperationRow): string[] => {
  const order = (preferences.RegionOrder ?? []).filter(region => regions.includes(region))
  return [...order, ...regions.filter(region => !order.includes(region))]
}

const resultsOf = ({ cfn, set, operation }: SetRun): Promise<SetResultRow[]> => cfn.tables.stackSetResults.list({ prefix: [set.id, operation.id] })

/** How many accounts of a region may fail, and how many are worked on at once. */
export function bounds({ preferences: given }: Pick<SetOperationRow, 'preferences'>, accounts: number): { tolerance: number, concurrency: number } {
  const tolerance = given.FailureToleranceCount ?? Math.floor(accounts * (given.FailureTolerancePercentage ?? 0) / 100)
  const wanted = given.MaxConcurrentCount ?? Math.max(1, Math.floor(accounts * (given.MaxConcurrentPercentage ?? 0) / 100))
  return { tolerance, concurrency: given.ConcurrencyMode === 'SOFT_FAILURE_TOLERANCE' ? wanted : Math.min(wanted, tolerance + 1) }
}

/** Works on the accounts of one region; false where more failed than may, or the operation was stopped. */
async function runRegion(run: SetRun, region: string): Promise<boolean> {
  const { cfn, operation } = run
  const results = (await resultsOf(run)).filter(result => result.region === region)
  const { tolerance, concurrency } = bounds(operation, results.length)
  let failures = results.filter(result => result.status === 'FAILED').length
  const waiting = results.filter(result => result.status === 'PENDING' || result.status === 'RUNNING')
  const stopped = async () => (await cfn.tables.stackSetOperations.get(operation.setId, operation.id))?.status === 'STOPPING'
  const work = async () => {
    while (waiting.length > 0 && failures <= tolerance && !cfn.state.closing && !await stopped()) {
      const result = waiting.shift()
      if (result && !await runPlace(run, result)) failures++
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, waiting.length) }, work))
  return failures <= tolerance
}

/** One account in one region; false where it failed. */
async function runPlace(run: SetRun, result: SetResultRow): Promise<boolean> {
  const { cfn } = run
  await record(run, { ...result, status: 'RUNNING' }, { detailed: 'RUNNING' })
  try {
    const aws = await accountActor(run, result.account, result.region)
    if (['CREATE', 'UPDATE'].includes(run.operation.action)) result.gate = await accountGate(cfn, aws, result)
    if (result.gate?.Status === 'FAILED') throw new Error('Account gate check failed')
    const outcome = await placed(run, result, aws)
    await record(run, { ...result, status: 'SUCCEEDED' }, outcome)
    return true
  } catch (error) {
    if (cfn.state.closing) throw error
    const reason = (error as Error).message
    const status = run.operation.action === 'DELETE'
      ? { status: 'INOPERABLE' as const }
      : run.operation.action === 'DETECT_DRIFT' ? {}
      : { status: 'OUTDATED' as const }
    await record(run, { ...result, status: 'FAILED', reason }, { ...status, detailed: 'FAILED', reason })
    return false
  }
}

async function record({ cfn, set, operation }: SetRun, result: SetResultRow, outcome: InstanceOutcome): Promise<void> {
  await cfn.transact(async tx => {
    await tx.tables.stackSetResults.put(result)
    const instance = await tx.tables.stackInstances.get(set.id, result.account, result.region)
    if (!instance) return
    if (outcome === 'gone') return forgetInstance(tx, instance)
    const { reason: _, ...rest } = instance
    await tx.tables.stackInstances.put({ ...rest, ...outcome, lastOperationId: operation.id } as StackInstanceRow)
  })
}

async function setOperation(cfn: CloudFormation, operation: SetOperationRow, changed: Partial<SetOperationRow>): Promise<void> {
  await cfn.transact(async tx => {
    const fresh = await tx.tables.stackSetOperations.get(operation.setId, operation.id)
    if (fresh) await tx.tables.stackSetOperations.put({ ...fresh, ...changed })
  })
}

/** Records the end; places that were not begun are cancelled. */
async function endOperation(run: SetRun, good: boolean, unmet?: string): Promise<void> {
  const { cfn, set, operation } = run
  const fresh = await cfn.tables.stackSetOperations.get(set.id, operation.id)
  const stopped = fresh?.status === 'STOPPING'
  const reason = stopped ? 'Cancelled since the operation was stopped' : unmet ?? 'Cancelled since failure tolerance has exceeded'
  for (const result of (await resultsOf(run)).filter(row => row.status === 'PENDING')) {
    await record(run, { ...result, status: 'CANCELLED', reason }, { detailed: 'CANCELLED', reason })
  }
  const ended: Partial<SetOperationRow> = {
    status: stopped ? 'STOPPED' : good ? 'SUCCEEDED' : 'FAILED', endedAt: cfn.now(), ...unmet !== undefined && { reason: unmet }
  }
  if (operation.action !== 'DETECT_DRIFT') return setOperation(cfn, operation, ended)
  const results = await resultsOf(run)
  const instances = (await cfn.tables.stackInstances.list({ prefix: [set.id] })).filter(row => results.some(result =>
    result.status === 'SUCCEEDED' && result.account === row.account && result.region === row.region))
  const failed = results.filter(row => row.status === 'FAILED').length
  const drift = {
    status: stopped ? 'STOPPED' as const : failed === 0 ? 'COMPLETED' as const : good ? 'PARTIAL_SUCCESS' as const : 'FAILED' as const, at: cfn.now(),
    total: results.length,
    drifted: instances.filter(row => row.drift?.status === 'DRIFTED').length, inSync: instances.filter(row => row.drift?.status === 'IN_SYNC').length, failed,
  }
  await setOperation(cfn, operation, { ...ended, drift })
  await cfn.transact(async tx => {
    const freshSet = await tx.tables.stackSets.get(set.id)
    if (freshSet) await tx.tables.stackSets.put({ ...freshSet, drift })
  })
}
