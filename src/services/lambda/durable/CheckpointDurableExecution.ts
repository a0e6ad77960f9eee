import type { Input, Lambda, Output } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'
import { callbackIdOf } from './callbacks.ts'
import { chainedOf } from './chained.ts'
import { close } from './close.ts'
import { executionAt, executionWithToken, keyOf, newToken, record, timerId } from './execution.ts'
import { clientTokenMs, operationsPerExecutionMax, storedBytesPerExecutionMax } from './limits.ts'
import { apply, bytesOf } from './machine/apply.ts'
import { shownOperation } from './machine/state.ts'
import { problemOf, type Update } from './machine/validate.ts'
import { openedOperations, sealedOperation } from './sealing.ts'
import type { Chained, CheckpointAnswerRow, ErrorObject, ExecutionRow, OperationRow } from './rows.ts'

/**
 * Applies what a function reports of its operations, all of it or nothing, and tells it what changed since it last asked. The token is good for one
 * checkpoint; the answer has the next one, unless the execution has ended with this one. Without updates it is how the SDK asks for news.
 */
export async function CheckpointDurableExecution(
  lambda: Lambda, input: Input<'CheckpointDurableExecution'>
): Promise<Output<'CheckpointDurableExecution'>> {
  const before = await answeredBefore(lambda, input)
  if (before) return shown(before.nextToken, await openedOperations(lambda, before.execution, before.operations, 'caller'))
  const execution = await executionWithToken(lambda, input)
  const updates = (input.Updates ?? []) as Update[]
  const known = await knownOperations(lambda, execution, updates)
  const problem = problemOf(updates, id => known.get(id), execution.isSync)
  if (problem) throw new InvalidParameterValueException(problem)
  const changed = await applyAll(lambda, execution, updates, known)
  const told = [...new Set([...execution.updated.filter(id => id !== execution.id), ...changed])]
  const operations = (await Promise.all(told.map(id => lambda.tables.operations.get(execution.id, id)))).filter(operation => operation !== undefined)
  operations.sort((a, b) => a.sequence - b.sequence)
  const end = updates.at(-1)?.Type === 'EXECUTION' ? updates.at(-1) : undefined
  const usedToken = execution.token
  if (end) await close(lambda, execution, end.Action === 'SUCCEED' ? 'SUCCEEDED' : 'FAILED', outcomeOf(end))
  else await lambda.tables.executions.put(Object.assign(execution, { token: newToken(), updated: [] }))
  const nextToken = end ? undefined : execution.token
  if (input.ClientToken !== undefined) {
    await lambda.tables.checkpointAnswers.put({
      execution: execution.id, clientToken: input.ClientToken, token: usedToken, at: lambda.now(), ...nextToken !== undefined && { nextToken }, operations,
    })
  }
  return shown(nextToken, await openedOperations(lambda, execution, operations, 'caller'))
}

const shown = (CheckpointToken: string | undefined, operations: readonly OperationRow[]): Output<'CheckpointDurableExecution'> => ({
  ...CheckpointToken !== undefined && { CheckpointToken }, NewExecutionState: { Operations: operations.map(operation => shownOperation(operation)) as any },
})

const outcomeOf = ({ Payload, Error }: Update): { result?: string, error?: ErrorObject } =>
  ({ ...Payload !== undefined && { result: Payload }, ...Error !== undefined && { error: Error as ErrorObject } })

/** The answer of the same checkpoint, where its sender did not get it and sends it again. */
async function answeredBefore(
  lambda: Lambda, input: Input<'CheckpointDurableExecution'>
): Promise<Omit<CheckpointAnswerRow, 'execution'> & { execution: ExecutionRow } | undefined> {
  if (input.ClientToken === undefined) return undefined
  const execution = await executionAt(lambda, input.DurableExecutionArn).catch(() => undefined)
  const answer = execution && await lambda.tables.checkpointAnswers.get(execution.id)
  const isSame = answer?.clientToken === input.ClientToken && answer.token === input.CheckpointToken
  return isSame && execution && answer.at > lambda.now() - clientTokenMs ? { ...answer, execution } : undefined
}

/** The operations that the updates name, as themselves or as parents. */
async function knownOperations(lambda: Lambda, execution: ExecutionRow, updates: readonly Update[]): Promise<Map<string, OperationRow>> {
  const ids = [...new Set(updates.flatMap(({ Id, ParentId }) => ParentId ? [Id, ParentId] : [Id]))]
  const found = await Promise.all(ids.map(id => lambda.tables.operations.get(execution.id, id)))
  const known = await openedOperations(lambda, execution, found.filter(operation => operation !== undefined), 'caller')
  return new Map(known.map(operation => [operation.id, operation]))
}

/** Applies the updates in their order, but for the execution's own end; answers which operations they changed. */
async function applyAll(
  lambda: Lambda, execution: ExecutionRow, updates: readonly Update[], known: Map<string, OperationRow>
): Promise<string[]> {
  const changed: string[] = []
  for (const update of updates) {
    if (update.Type === 'EXECUTION') continue
    execution.storedBytes += bytesOf(update)
    const chained = update.Type === 'CHAINED_INVOKE' && update.Action === 'START' ? await chainedOf(lambda, execution, update) : undefined
    known.set(update.Id, await applyOne(lambda, execution, update, { current: known.get(update.Id), chained }))
    changed.push(update.Id)
  }
  if (execution.operationsUsed > operationsPerExecutionMax) {
    throw new InvalidParameterValueException(`A durable execution can have at most ${operationsPerExecutionMax} operations.`)
  }
  if (execution.storedBytes > storedBytesPerExecutionMax) {
    throw new InvalidParameterValueException(`A durable execution can store at most ${storedBytesPerExecutionMax} bytes.`)
  }
  return changed
}

async function applyOne(
  lambda: Lambda, execution: ExecutionRow, update: Update, { current, chained }: { current: OperationRow | undefined, chained: Chained | undefined }
): Promise<OperationRow> {
  const { operation, events, timers, endsTimers, operationsUsed } = apply(update, current, {
    now: lambda.now(), execution: execution.id, sequence: current?.sequence ?? ++execution.operationsStarted,
    callbackId: () => callbackIdOf(lambda, execution, update.Id), chained: () => chained!,
  })
  execution.operationsUsed += operationsUsed
  await lambda.tables.operations.put(await sealedOperation(lambda, execution, operation))
  await record(lambda, execution, events)
  const key = keyOf(execution)
  if (endsTimers) for (const kind of ['due', 'heartbeat'] as const) lambda.cancel('durableTimer', timerId(execution.id, operation.id, kind))
  for (const { kind, at } of timers) {
    lambda.enqueue('durableTimer', { ...key, kind, operation: operation.id }, { id: timerId(execution.id, operation.id, kind), at })
  }
  if (chained) lambda.enqueue('durableChained', { ...key, operation: operation.id })
  return operation
}
