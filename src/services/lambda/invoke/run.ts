import type { Readable } from 'node:stream'
import type { Outcome } from '../../../contracts/sandbox.ts'
import { SandboxError } from '../../../contracts/sandbox.ts'
import { newSegmentId } from '../../../platform/ids.ts'
import { headerOf } from '../../../platform/tracing.ts'
import { enter } from '../recursion/lineage.ts'
import { measure, type Measured } from '../metrics.ts'
import { functionArn, versionLabel } from '../names.ts'
import type { Held, Lambda, Loaded, VersionRow } from '../state.ts'
import { ServiceException, syncResponseBytesMax } from '../state.ts'
import { billInvocation } from './bill.ts'
import { initAgain } from './begin.ts'
import { ends, says, starts } from './lines.ts'

export interface Ran { payload: Uint8Array, functionError?: 'Unhandled', logTail: string, version: string, lineage: string }
export interface Work {
  name: string
  qualifier: string | undefined
  payload: Uint8Array
  clientContext?: string | undefined
  requestId: string
  /** Of a function with tenant isolation. */
  tenantId?: string | undefined
  /** The caller asks for the lines as well: the answer waits for the last of them, which extensions may delay. */
  wantsLog?: boolean
  /** Hears of the answer as it comes, where the function streams it; what the run answers then is empty. */
  stream?: { opens(body: Readable, contentType: string | undefined, version: string): void, ends(failed: boolean): void }
}

/** Runs a function once: a free environment, the invocation, its lines, its bill. Throttles throw; what the function does wrong is in the answer. */
export async function run(lambda: Lambda, loaded: Loaded, work: Work): Promise<Ran> {
  const lineage = enter(lambda, loaded)
  const row = loaded.weighted && Math.random() < loaded.weighted.share ? loaded.weighted.row : loaded.row
  const measured = { name: row.name, qualifier: work.qualifier, ...loaded.weighted && { executed: versionLabel(row.version) } }
  const held = await lambda.state.environments.acquire(lambda, row, wantedOf(loaded, work)).catch((error: Error) => {
    measure(lambda, measured, error.name === 'TooManyRequestsException' ? 'Throttles' : 'Errors', 1)
    if (error instanceof SandboxError) throw new ServiceException(error.message)
    throw error
  })
  const version = versionLabel(row.version)
  const tail = held.tail = { text: '' }
  const begun = lambda.now()
  const streamed = { bytes: 0 }
  const segmentId = newSegmentId()
  const header = headerOf({ traceId: lambda.trace.traceId, parentId: segmentId, sampled: lambda.trace.sampled, lineage })
  starts(lambda, row, held, work.requestId, { segmentId, header })
  const answered = (result: Answer): Ran =>
    ({ payload: result.payload, ...result.functionError && { functionError: result.functionError }, logTail: tail.text, version, lineage })
  const whole = async (onAnswer?: (outcome: Outcome) => void): Promise<Ran> => {
    try {
      const initMs = await initAgain(lambda, row, held)
      const outcome = held.environment.initError ?? await held.environment.invoke({
        requestId: work.requestId, payload: work.payload, timeoutMs: Math.max(1, row.timeoutSeconds * 1000 - initMs),
        invokedFunctionArn: functionArn(lambda, work.name, work.qualifier), traceHeader: header,
        ...work.tenantId !== undefined && { tenantId: work.tenantId },
        ...work.clientContext !== undefined && { clientContext: work.clientContext }, ...work.stream && streaming(work.stream, version, streamed),
        ...onAnswer && { onAnswer },
      })
      if (!held.environment.initError) outcome.durationMs += initMs
      const result = answer(lambda, row, work.requestId, outcome)
      if (result.line) says(lambda, held, result.line)
      report(lambda, row, held, { requestId: work.requestId, outcome, segmentId, header, streamedBytes: streamed.bytes })
      if (lambda.state.provisioned.has(functionArn(lambda, row.name), work.qualifier)) {
        measure(lambda, measured, held.share === 'provisioned' ? 'ProvisionedConcurrencyInvocations' : 'ProvisionedConcurrencySpilloverInvocations', 1)
      }
      observe(lambda, measured, { outcome, begun, segmentId, requestId: work.requestId, failed: result.functionError !== undefined })
      return answered(result)
    } finally {
      held.fresh = false
      lambda.state.environments.release(lambda, row, held)
    }
  }
  if (!held.environment.extended || work.wantsLog) return whole()
  return lambda.state.environments.early(onAnswer => whole(outcome => onAnswer(answered(answer(lambda, row, work.requestId, outcome)))))
}

const streaming = ({ opens, ends: onEnd }: NonNullable<Work['stream']>, version: string, streamed: { bytes: number }) => ({
  onStream: (body: Readable, contentType: string | undefined) => opens(body, contentType, version),
  onStreamEnd(failed: boolean, bytes: number) {
    streamed.bytes = bytes
    onEnd(failed)
  },
})

const wantedOf = ({ fn: { reservedConcurrency: reserved } }: Loaded, { qualifier, tenantId: tenant }: Work) => ({ reserved, qualifier, tenant })

interface Answer { payload: Uint8Array, functionError?: 'Unhandled', line?: string }

const failure = (error: object, line?: string): Answer => ({ payload: Buffer.from(JSON.stringify(error)), functionError: 'Unhandled', ...line && { line } })

/** The payload of each way to end, as AWS writes it. */
function answer(lambda: Lambda, row: VersionRow, requestId: string, outcome: Outcome): Answer {
  if (outcome.kind === 'error') return { payload: outcome.payload, functionError: 'Unhandled' }
  if (outcome.kind === 'timeout') {
    const message = `${new Date(lambda.now()).toISOString()} ${requestId} Task timed out after ${row.timeoutSeconds.toFixed(2)} seconds`
    return failure(
      { errorType: 'Sandbox.Timedout', errorMessage: `RequestId: ${requestId} Error: Task timed out after ${row.timeoutSeconds.toFixed(2)} seconds` }, message
    )
  }
  if (outcome.kind === 'extension') {
    const errorMessage = `RequestId: ${requestId} Error: ${outcome.message}`
    return failure({ errorType: outcome.errorType, errorMessage }, `${errorMessage}\n${outcome.errorType}`)
  }
  if (outcome.kind === 'exit') {
    const how = outcome.signal || outcome.outOfMemory
      ? `signal: ${outcome.outOfMemory || outcome.signal === 'SIGKILL' ? 'killed' : outcome.signal}`
      : `exit status ${outcome.code}`
    const type = outcome.outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError'
    const message = `RequestId: ${requestId} Error: Runtime exited ${outcome.code === 0 ? 'without providing a reason' : `with error: ${how}`}`
    return failure({ errorType: type, errorMessage: message }, `${message}\n${type}`)
  }
  if (outcome.payload.byteLength > syncResponseBytesMax) {
    return failure({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size exceeded maximum allowed payload size (${syncResponseBytesMax} bytes).`,
    })
  }
  return { payload: outcome.payload }
}

/** The init phase is part of the first invocation's bill; of a provisioned environment it was before, and is not shown. */
const initMs = (held: Held): number | undefined => held.fresh && !held.initShown && !held.snapStart && held.share !== 'provisioned'
  ? held.environment.initDurationMs
  : undefined

function report(
  lambda: Lambda, row: VersionRow, held: Held,
  { requestId, outcome, segmentId, header, streamedBytes }: { requestId: string, outcome: Outcome, segmentId: string, header: string, streamedBytes: number },
): void {
  const init = initMs(held)
  const restored = held.fresh && held.snapStart ? {
    durationMs: held.environment.initDurationMs, billedMs: Math.ceil(held.environment.afterRestoreMs ?? 0),
  } : undefined
  const billed = Math.ceil(outcome.durationMs + (init ?? 0)) + (restored?.billedMs ?? 0)
  ends(
    lambda, row, held,
    { requestId, outcome, billedMs: billed, initMs: init, restored, header, ...row.tracing === 'Active' && lambda.trace.sampled && { segmentId } }
  )
  billInvocation(lambda, row, held.share, { billedMs: billed, streamedBytes })
}

function observe(lambda: Lambda, of: Measured, ran: { outcome: Outcome, begun: number, segmentId: string, requestId: string, failed: boolean }): void {
  measure(lambda, of, 'Invocations', 1)
  measure(lambda, of, 'Errors', ran.failed ? 1 : 0)
  measure(lambda, of, 'Duration', ran.outcome.durationMs, 'Milliseconds')
  if (ran.outcome.extensionsMs !== undefined) measure(lambda, of, 'PostRuntimeExtensionsDuration', ran.outcome.extensionsMs, 'Milliseconds')
  const { account, region, trace } = lambda
  lambda.sinks.trace({
    traceId: trace.traceId, id: ran.segmentId, ...trace.parentId && { parentId: trace.parentId }, name: of.name, account, region, start: ran.begun,
    end: lambda.now(),
    origin: 'AWS::Lambda::Function', resource: functionArn(lambda, of.name), requestId: ran.requestId,
    ...ran.failed && { error: { code: 'Unhandled', message: 'The function failed', status: 200 } },
  })
}
