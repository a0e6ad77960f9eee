import { createHash } from 'node:crypto'
import type { TraceContext } from '../../../contracts/call.ts'
import { newHex } from '../../../platform/ids.ts'
import { functionArn, versionLabel } from '../names.ts'
import type { Lambda } from '../state.ts'
import { InvalidParameterValueException, ResourceNotFoundException } from '../state.ts'
import type { NewEvent } from './machine/history.ts'
import type { ExecutionRow, OperationRow } from './rows.ts'
import { sealedEvent, sealedOperation } from './sealing.ts'

/** Where an execution is: the payload of its tasks. */
export interface ExecutionKey { function: string, name: string, id: string }
export const keyOf = ({ function: fn, name, id }: ExecutionRow): ExecutionKey => ({ function: fn, name, id })

type Named = Pick<ExecutionRow, 'function' | 'version' | 'name' | 'id'>

/** `…:function:NAME:VERSION/durable-execution/NAME/ID`. */
export const executionArn = (lambda: Pick<Lambda, 'partition' | 'region' | 'account'>, at: Named): string =>
  `${functionArn(lambda, at.function, versionLabel(at.version))}/durable-execution/${at.name}/${at.id}`

const arnPattern = /^arn:[^:]+:lambda:([^:]+):(\d{12}):function:([a-zA-Z0-9_-]+):(\$LATEST|\d+)\/durable-execution\/([a-zA-Z0-9_-]+)\/([a-zA-Z0-9_-]+)$/

/** The execution that a task means; undefined where its retention has ended. */
export async function executionOf(lambda: Lambda, key: ExecutionKey): Promise<ExecutionRow | undefined> {
  const row = await lambda.tables.executions.get(key.function, key.name)
  return row?.id === key.id ? row : undefined
}

async function find(lambda: Lambda, arn: string | undefined): Promise<ExecutionRow | undefined> {
  const [, region, account, fn, version, name, id] = arnPattern.exec(arn ?? '') ?? []
  if (region !== lambda.region || account !== lambda.account) return undefined
  const row = await executionOf(lambda, { function: fn!, name: name!, id: id! })
  return row && versionLabel(row.version) === version ? row : undefined
}

/** The execution that a request names. */
export async function executionAt(lambda: Lambda, arn: string | undefined): Promise<ExecutionRow> {
  const row = await find(lambda, arn)
  if (!row) throw new ResourceNotFoundException('Durable Execution does not exist')
  return row
}

/** The execution of a function that runs and reports with its token. The SDK has another invocation for errors that begin with these words. */
export async function executionWithToken(lambda: Lambda, input: { DurableExecutionArn?: string | undefined, CheckpointToken?: string | undefined }) {
  const row = await find(lambda, input.DurableExecutionArn)
  if (!row || row.status !== 'RUNNING' || row.token === '' || row.token !== input.CheckpointToken) throw invalidToken()
  return row
}

export const invalidToken = () => new InvalidParameterValueException('Invalid Checkpoint Token')
export const newToken = (): string => Buffer.from(newHex(96), 'hex').toString('base64')
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('base64')

/** The execution as the operation that all others belong to. */
export const rootOperation = (execution: ExecutionRow): OperationRow =>
  ({ execution: execution.id, id: execution.id, sequence: 0, type: 'EXECUTION', status: 'STARTED', startedAt: execution.startedAt })

/**
 * Numbers events and writes them to the history. The caller writes the execution's row, which this changes. `mayLose`: data that cannot be sealed is not
 * kept, and hinders nothing.
 */
export async function record(scope: Lambda, execution: ExecutionRow, events: readonly (NewEvent | undefined)[], mayLose = false): Promise<void> {
  for (const event of events) {
    if (!event) continue
    const row = { execution: execution.id, eventId: ++execution.lastEventId, at: scope.now(), ...event }
    await scope.tables.executionHistory.put(await sealedEvent(scope, execution, row, mayLose))
  }
}

/** Queues an invocation of the function, in place of one that is queued already. */
export function queueInvocation(scope: Lambda, execution: ExecutionRow, at = scope.now()): void {
  execution.due = true
  scope.enqueue('durableInvoke', keyOf(execution), { id: execution.id, order: execution.id, at })
}

/** Something changed from outside: the function has to hear of it, now or after the invocation that is under way. */
export function wake(scope: Lambda, execution: ExecutionRow): void {
  if (execution.invocation) execution.woken = true
  else queueInvocation(scope, execution)
}

/** Records what a timer, a caller or another function has made of an operation. */
export async function changedOutside(scope: Lambda, execution: ExecutionRow, operation: OperationRow, event: NewEvent | undefined): Promise<void> {
  await scope.tables.operations.put(await sealedOperation(scope, execution, operation))
  await record(scope, execution, [event])
  if (!execution.updated.includes(operation.id)) execution.updated.push(operation.id)
  wake(scope, execution)
  await scope.tables.executions.put(execution)
}

/** The execution's own trace, in which its invocations run, whoever has woken it. */
export const traceOf = ({ traceId, lineage }: ExecutionRow): TraceContext => ({ traceId, sampled: true, ...lineage !== undefined && { lineage } })

export const timerId = (execution: string, operation: string, kind: 'due' | 'heartbeat'): string => `${execution}:${operation}:${kind}`
