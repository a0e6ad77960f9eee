import type { Ran, Work } from '../invoke/run.ts'
import { run } from '../invoke/run.ts'
import type { Lambda, Loaded } from '../state.ts'
import { executionArn, executionOf, keyOf } from './execution.ts'
import { failurePayload } from './machine/output.ts'
import type { ExecutionRow } from './rows.ts'
import { openedData } from './sealing.ts'
import { checkInvocable, pinned, pinnedQualifier, start } from './start.ts'

/** What an invocation came to; of a durable function with its execution. */
export type Executed = Ran & { executionArn?: string }
interface ToDo extends Work {
  executionName?: string | undefined
  /** How the end of an execution is waited for. */
  away?: (end: Promise<void>) => Promise<void>
}

/** Invokes a function and waits for its answer: a plain one runs once, a durable one until its execution has ended. */
export async function execute(lambda: Lambda, loaded: Loaded, work: ToDo): Promise<Executed> {
  return loaded.row.durable ? executeDurable(lambda, loaded, work) : run(lambda, loaded, work)
}

async function executeDurable(lambda: Lambda, loaded: Loaded, work: ToDo): Promise<Executed> {
  const execution = await startFor(lambda, loaded, work, true)
  const arn = executionArn(lambda, execution)
  const { promise, cancel } = lambda.state.executions.ended(arn, lambda.signal)
  // It may have ended before anybody waited.
  const known = await executionOf(lambda, keyOf(execution))
  if (known?.status === 'RUNNING') await (work.away?.(promise) ?? promise)
  else cancel()
  return answerOf(lambda, execution, arn)
}

async function answerOf(lambda: Lambda, execution: ExecutionRow, executionArn: string): Promise<Executed> {
  const ended = (await executionOf(lambda, keyOf(execution)))!
  const { result, error } = await openedData(lambda, ended, (await lambda.tables.executionData.get(ended.id))!, 'lambda')
  const about = { version: pinnedQualifier(ended), logTail: '', executionArn, lineage: ended.lineage ?? '' }
  if (ended.status === 'SUCCEEDED') return { ...about, payload: Buffer.from(result ?? 'null') }
  return { ...about, payload: failurePayload(error ?? {}), functionError: 'Unhandled' }
}

/** Starts an execution that nobody waits for. */
export const startAsync = (lambda: Lambda, loaded: Loaded, work: ToDo): Promise<ExecutionRow> => startFor(lambda, loaded, work, false)

async function startFor(lambda: Lambda, loaded: Loaded, work: ToDo, isSync: boolean): Promise<ExecutionRow> {
  checkInvocable(loaded.row, work.qualifier, isSync)
  const version = pinned(loaded)
  return lambda.transact((scope: Lambda) => start(scope, {
    version, qualifier: work.qualifier!, input: Buffer.from(work.payload).toString(), isSync, name: work.executionName, clientContext: work.clientContext,
    tenantId: work.tenantId,
  }))
}
