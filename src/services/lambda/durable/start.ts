import { versionLabel } from '../names.ts'
import type { Lambda, Loaded, VersionRow } from '../state.ts'
import { DurableExecutionAlreadyStartedException, InvalidParameterValueException } from '../state.ts'
import { executionArn, keyOf, queueInvocation, record, sha256 } from './execution.ts'
import { syncExecutionSecondsMax } from './limits.ts'
import type { ExecutionRow, Parent } from './rows.ts'
import { keyToStart, sealedInput } from './sealing.ts'
import { told } from './status.ts'

/** What an execution is started with. `id` where the caller has to know it before. */
export interface Starting {
  version: VersionRow
  qualifier: string
  input: string
  isSync: boolean
  name?: string | undefined
  id?: string
  clientContext?: string | undefined
  tenantId?: string | undefined
  traceId?: string
  parent?: Parent
}

/** The version that an execution runs for its whole life: an alias with weights chooses once. */
export const pinned = ({ row, weighted }: Loaded): VersionRow => weighted && Math.random() < weighted.share ? weighted.row : row

/** Refuses what AWS refuses of durable functions: to be invoked without a qualifier, and to be waited for longer than a function may run. */
export function checkInvocable({ durable }: VersionRow, qualifier: string | undefined, isSync: boolean): void {
  if (qualifier === undefined) throw new InvalidParameterValueException('You cannot invoke a durable function using an unqualified ARN.')
  if (isSync && durable!.timeoutSeconds > syncExecutionSecondsMax) {
    throw new InvalidParameterValueException('You cannot synchronously invoke a durable function with an executionTimeout greater than 15 minutes.')
  }
}

/**
 * Starts an execution in the running transaction, or finds the one of the same name and input, running or ended. A name is taken for as long as its
 * execution is retained.
 */
export async function start(scope: Lambda, starting: Starting): Promise<ExecutionRow> {
  const { version, qualifier, input, isSync, clientContext, tenantId, parent } = starting
  const durable = version.durable!
  const inputSha256 = sha256(input)
  const name = starting.name ?? scope.newId()
  const existing = await scope.tables.executions.get(version.name, name)
  if (existing) {
    if (existing.inputSha256 === inputSha256 && existing.version === version.version) return existing
    throw new DurableExecutionAlreadyStartedException(`Execution already started: ${executionArn(scope, existing)}`)
  }
  const now = scope.now()
  const sealedBy = await keyToStart(scope, version)
  const execution: ExecutionRow = {
    function: version.name, name, id: starting.id ?? scope.newId(), version: version.version, codeSha256: version.codeSha256,
    qualifier, status: 'RUNNING', startedAt: now,
    timeoutSeconds: durable.timeoutSeconds, retentionDays: durable.retentionDays, isSync, traceId: starting.traceId ?? scope.trace.traceId, inputSha256,
    token: '', operationsUsed: 1, storedBytes: 0, operationsStarted: 0, lastEventId: 0, updated: [], due: false, woken: false, failures: 0,
    ...scope.trace.lineage !== undefined && { lineage: scope.trace.lineage }, ...clientContext !== undefined && { clientContext },
    ...tenantId !== undefined && { tenantId }, ...parent && { parent }, ...sealedBy && { sealedBy },
  }
  execution.updated.push(execution.id)
  await scope.tables.executionData.put(await sealedInput(scope, execution, input))
  await scope.tables.executionStarts.put({ function: version.name, startedAt: now, id: execution.id, name })
  await record(scope, execution, [{
    type: 'ExecutionStarted', operation: { id: execution.id, name }, facts: { ExecutionTimeout: durable.timeoutSeconds }, input,
  }])
  queueInvocation(scope, execution)
  scope.enqueue('durableTimer', { ...keyOf(execution), kind: 'timeout' }, { id: `${execution.id}:timeout`, at: now + durable.timeoutSeconds * 1000 })
  await scope.tables.executions.put(execution)
  told(scope, execution)
  return execution
}

/** The qualifier of the version that an execution is pinned to. */
export const pinnedQualifier = ({ version }: ExecutionRow): string => versionLabel(version)
