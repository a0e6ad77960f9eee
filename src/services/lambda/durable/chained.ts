import { createHash } from 'node:crypto'
import { functionName, scopeOf, versionLabel } from '../names.ts'
import { resolve } from '../functions/function.ts'
import type { Lambda, Loaded } from '../state.ts'
import { endChained } from './close.ts'
import { executionArn, executionOf, type ExecutionKey } from './execution.ts'
import { errorOf } from './machine/output.ts'
import type { Update } from './machine/validate.ts'
import { openedOperation } from './sealing.ts'
import type { Chained, ExecutionRow, OperationRow } from './rows.ts'
import { checkInvocable, pinned, pinnedQualifier, start } from './start.ts'

/** Errors of a chained invoke for which it is too early to give up. */
const passing = new Set(['TooManyRequestsException', 'ServiceException'])
const retryMs = 5000

/** What is known of a chained invoke when it is started: its target, where there is one, and the execution that it will be, where that is durable. */
export async function chainedOf(scope: Lambda, execution: ExecutionRow, update: Update): Promise<Chained> {
  const { FunctionName: name, TenantId: tenantId, XAmznTraceId: header } = update.ChainedInvokeOptions!
  const target = scopeOf(scope, name)
  const version = await targetOf(target, name!).catch(() => undefined)
  const traceId = /(?:^|;)\s*Root=([^;]+)/.exec(header ?? '')?.[1]
  const child = version?.durable && childOf(execution, update.Id)
  return {
    functionName: name!, ...update.Payload !== undefined && { payload: update.Payload }, ...traceId !== undefined && { traceId },
    ...tenantId !== undefined && { tenantId },
    ...version && { version: versionLabel(version.version) },
    ...child && { child: { ...child, arn: executionArn(target, { function: version!.name, version: version!.version, ...child }) } },
  }
}

async function targetOf(target: Lambda, text: string) {
  const { name, qualifier } = functionName(target, text)
  return (await resolve(target, name, qualifier)).row
}

/** The child's name and id follow from the operation, so that starting it once more starts nothing. */
function childOf({ id }: ExecutionRow, operation: string): { name: string, id: string } {
  const hex = createHash('sha256').update(`${id} ${operation}`).digest('hex')
  const uuid = (at: number) => hex.slice(at, at + 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { name: uuid(0), id: uuid(32) }
}

/** A task: does a chained invoke with the rights of the execution's role, at least once; a durable function starts as an execution of its own. */
export async function durableChained(lambda: Lambda, task: ExecutionKey & { operation: string }): Promise<void> {
  const execution = await executionOf(lambda, task)
  const operation = await lambda.tables.operations.get(task.id, task.operation)
  // One whose execution has ended meanwhile runs all the same, as on AWS; nobody hears of its answer.
  if (!execution || operation?.status !== 'STARTED') return
  // The task has the lineage of the invocation that asked for it, so that functions which start each other without end are stopped.
  const { traceId = execution.traceId } = operation.chained!
  const at = lambda.in({ trace: { ...lambda.trace, traceId } }) as Lambda
  try {
    const outcome = await invoke(at, execution, await openedOperation(lambda, execution, operation, 'lambda'))
    if (outcome) await lambda.transact((scope: Lambda) => endChained(scope, task, operation.id, outcome))
  } catch (failure) {
    const { name: ErrorType, message: ErrorMessage } = failure as Error
    if (!passing.has(ErrorType)) return lambda.transact((scope: Lambda) => endChained(scope, task, operation.id, { error: { ErrorType, ErrorMessage } }))
    await lambda.transact(async (scope: Lambda) => {
      // Nobody waits for it any more: it is not tried for ever.
      if ((await executionOf(scope, task))?.status === 'RUNNING') scope.enqueue('durableChained', task, { at: scope.now() + retryMs })
    })
  }
}

/** What a function answered that is not durable; undefined of one that is, whose end tells it. Throws where it may not be invoked. */
async function invoke(lambda: Lambda, execution: ExecutionRow, operation: OperationRow): Promise<{ result: string } | { error: object } | undefined> {
  const { functionName: FunctionName, payload, tenantId } = operation.chained!
  const { row } = await lambda.state.cache.get(lambda, execution.function, pinnedQualifier(execution))
  const role = lambda.as({ role: row.role, sessionName: execution.function.padEnd(2, '_') })
  const input = { FunctionName, ...payload !== undefined && { Payload: Buffer.from(payload) }, ...tenantId !== undefined && { TenantId: tenantId } }
  // It says whether the function is there and the role may invoke it.
  await role.lambda.Invoke({ ...input, InvocationType: 'DryRun' })
  const target = scopeOf(lambda, FunctionName)
  const { name, qualifier } = functionName(target, FunctionName)
  const loaded = await target.state.cache.get(target, name, qualifier)
  if (loaded.row.durable) return startChild(target, { execution, operation, loaded, qualifier, home: lambda })
  const answer = await role.lambda.Invoke({ ...input, InvocationType: 'RequestResponse' })
  return answer.FunctionError ? { error: errorOf(answer.Payload!) } : { result: Buffer.from(answer.Payload!).toString() }
}

interface Child { execution: ExecutionRow, operation: OperationRow, loaded: Loaded, qualifier: string | undefined, home: Lambda }

async function startChild(target: Lambda, { execution, operation, loaded, qualifier, home }: Child): Promise<undefined> {
  checkInvocable(loaded.row, qualifier, false)
  const { payload = '{}', tenantId, child = { ...childOf(execution, operation.id), arn: '' } } = operation.chained!
  const version = pinned(loaded)
  await target.transact(async (scope: Lambda) => {
    await start(scope, {
      version, qualifier: qualifier!, input: payload, isSync: false, name: child.name, id: child.id, tenantId, traceId: target.trace.traceId,
      parent: { account: home.account, region: home.region, function: execution.function, name: execution.name, operation: operation.id },
    })
    const own = scope.in({ account: home.account, region: home.region }) as Lambda
    const row = await own.tables.operations.get(execution.id, operation.id)
    // Which version an alias with weights has chosen is known only now.
    const arn = executionArn(scope, { function: version.name, version: version.version, ...child })
    if (row?.status === 'STARTED') await own.tables.operations.put({ ...row, chained: { ...row.chained!, child: { ...child, arn } } })
  })
}
