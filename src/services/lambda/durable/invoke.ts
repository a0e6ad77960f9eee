import type { Ran } from '../invoke/run.ts'
import { run } from '../invoke/run.ts'
import { functionArn } from '../names.ts'
import type { Lambda } from '../state.ts'
import { ResourceNotFoundException } from '../state.ts'
import { close } from './close.ts'
import { executionArn, executionOf, newToken, queueInvocation, record, rootOperation, traceOf, type ExecutionKey } from './execution.ts'
import { operationsPerExecutionMax, pageItemsMax } from './limits.ts'
import { isPending } from './machine/apply.ts'
import { errorOf, retryDelayMs, verdictOf } from './machine/output.ts'
import { replayed, shownOperation, statePage } from './machine/state.ts'
import { stateMarker } from './marker.ts'
import type { ErrorObject, ExecutionDataRow, ExecutionRow, OperationRow } from './rows.ts'
import { openedData, openedOperations } from './sealing.ts'
import { pinnedQualifier } from './start.ts'

/**
 * A task: invokes the function of an execution once, with its state, and acts on the answer. Tasks of one execution run one after another, so that an
 * invocation which the row still shows when a task begins is one that an earlier process did not end: it is done again.
 */
export async function durableInvoke(lambda: Lambda, key: ExecutionKey): Promise<void> {
  const begun = await lambda.transact(scope => begin(scope, key))
  if (!begun) return
  const { execution, state } = begun
  const at = lambda.in({ trace: traceOf(execution) }) as Lambda
  const { requestId } = execution.invocation!
  // Where the key of the data cannot be used, the invocation fails and is tried again, as any other.
  const answer = await openedState(at, execution, state)
    .then(opened => invoke(at, execution, eventOf(executionArn(at, execution), execution, opened)))
    .catch((error: Error) => error)
  await lambda.transact(scope => finish(scope, key, requestId, answer))
}

/** What an invocation is told of: rows as they are kept. */
interface State { data: ExecutionDataRow, operations: OperationRow[], updated: string[] }

async function openedState(lambda: Lambda, execution: ExecutionRow, { data, operations, updated }: State): Promise<State> {
  return { updated, data: await openedData(lambda, execution, data, 'lambda'), operations: await openedOperations(lambda, execution, operations, 'lambda') }
}

async function begin(scope: Lambda, key: ExecutionKey): Promise<{ execution: ExecutionRow, state: State } | undefined> {
  const execution = await executionOf(scope, key)
  if (execution?.status !== 'RUNNING' || !execution.due && !execution.invocation) return undefined
  const updated = execution.updated
  Object.assign(execution, { due: false, woken: false, updated: [], token: newToken(), invocation: { requestId: scope.newId(), startedAt: scope.now() } })
  await scope.tables.executions.put(execution)
  const data = (await scope.tables.executionData.get(execution.id))!
  const operations = replayed(await scope.tables.operations.list({ prefix: [execution.id] }))
  return { execution, state: { data, operations, updated } }
}

/** What the function receives. Times are milliseconds, which the SDKs of all languages read. */
function eventOf(arn: string, execution: ExecutionRow, state: State): object {
  const { operations, next } = statePage(state.operations, { after: 0, items: pageItemsMax })
  const shown = (operation: OperationRow) => shownOperation(operation, ms => ms)
  return {
    DurableExecutionArn: arn, CheckpointToken: execution.token,
    InitialExecutionState: {
      Operations: [
        { ...shown(rootOperation(execution)), Name: execution.name, ExecutionDetails: { InputPayload: state.data.input } }, ...operations.map(shown)
      ],
      NextMarker: next === undefined ? '' : stateMarker(next),
    },
    UpdatedOperationIds: state.updated,
  }
}

async function invoke(lambda: Lambda, execution: ExecutionRow, event: object): Promise<Ran> {
  const { fn, row } = await lambda.state.cache.get(lambda, execution.function, pinnedQualifier(execution))
  if (row.version !== 0 && row.codeSha256 !== execution.codeSha256) {
    throw new ResourceNotFoundException(`Function not found: ${functionArn(lambda, row.name, pinnedQualifier(execution))}`)
  }
  return run(lambda, { fn, row }, {
    name: execution.function, qualifier: await calledBy(lambda, execution), payload: Buffer.from(JSON.stringify(event)),
    requestId: execution.invocation!.requestId, clientContext: execution.clientContext, tenantId: execution.tenantId,
  })
}

/** As it was invoked, unless that leads to another version by now: environments that are kept for an alias run the alias's version. */
async function calledBy(lambda: Lambda, execution: ExecutionRow): Promise<string> {
  const asked = await lambda.state.cache.get(lambda, execution.function, execution.qualifier).catch(() => undefined)
  return asked?.row.version === execution.version ? execution.qualifier : pinnedQualifier(execution)
}

async function finish(scope: Lambda, key: ExecutionKey, requestId: string, answer: Ran | Error): Promise<void> {
  const execution = await executionOf(scope, key)
  if (execution?.invocation?.requestId !== requestId) return
  const { startedAt } = execution.invocation
  delete execution.invocation
  execution.token = ''
  const error = answer instanceof Error ? { ErrorType: answer.name, ErrorMessage: answer.message } : answer.functionError ? errorOf(answer.payload) : undefined
  await record(scope, execution, [{
    type: 'InvocationCompleted', facts: { StartTimestamp: startedAt, EndTimestamp: scope.now(), RequestId: requestId }, ...error && { error },
  }], true)
  if (execution.status === 'RUNNING') await (error ? failed(scope, execution, error) : answered(scope, execution, answer as Ran))
  await scope.tables.executions.put(execution)
}

async function answered(scope: Lambda, execution: ExecutionRow, { payload }: Ran): Promise<void> {
  execution.failures = 0
  const hasPending = execution.woken || await isWaiting(scope, execution)
  const verdict = verdictOf(payload, { isSync: execution.isSync, hasPending })
  if (verdict.kind === 'succeeded') return close(scope, execution, 'SUCCEEDED', { result: verdict.result })
  if (verdict.kind === 'failed') return close(scope, execution, 'FAILED', { error: verdict.error })
  // The function may have suspended without having seen what came while it ran.
  if (execution.woken) queueInvocation(scope, execution)
}

async function isWaiting(scope: Lambda, execution: ExecutionRow): Promise<boolean> {
  for await (const operation of scope.tables.operations.each({ prefix: [execution.id] })) if (isPending(operation)) return true
  return false
}

/** Nothing of a function that was deleted, or that runs in a loop, will run another time. */
const hopeless = new Set(['ResourceNotFoundException', 'RecursiveInvocationException'])

/** The function crashed, timed out, or was not run at all. AWS tries again until the execution times out; each attempt is a durable operation. */
async function failed(scope: Lambda, execution: ExecutionRow, error: ErrorObject): Promise<void> {
  if (hopeless.has(error.ErrorType ?? '')) return close(scope, execution, 'FAILED', { error })
  execution.operationsUsed++
  execution.storedBytes += Buffer.byteLength(JSON.stringify(error))
  if (execution.operationsUsed > operationsPerExecutionMax) return close(scope, execution, 'FAILED', { error })
  queueInvocation(scope, execution, scope.now() + retryDelayMs(++execution.failures))
}
