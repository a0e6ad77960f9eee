import type { Ending, Outcome, PlatformRecord, SandboxEvent } from '../../../contracts/sandbox.ts'
import { functionArn, versionLabel } from '../names.ts'
import type { Held, Lambda, LogLevels, VersionRow } from '../state.ts'

// What Lambda itself writes of an invocation, as text or, with the JSON format, as the records of its Telemetry API; and which lines of the function
// reach the log group. Records, levels and their defaults: AWS's developer guide, "Log-level filtering" and "Lambda Telemetry API Event schema reference".

const severity = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 }

/** A line to the log stream, and to the tail of the running invocation. */
function write(lambda: Lambda, held: Held, at: number, line: string): void {
  lambda.state.logs.line(lambda, held.group, held.stream, at, `${line}\n`)
  // Four kilobytes are all that a caller may see of it: the rest of a long log is not kept.
  if (held.tail) held.tail.text = (held.tail.text + line + '\n').slice(-4096)
}

/**
 * A line that the function or an extension wrote; with the JSON format, one of the function's that is JSON and below the level is dropped. Its level is INFO
 * where it names none.
 */
export function written(lambda: Lambda, held: Held, at: number, line: string, source?: 'extension'): void {
  if (!source && held.levels && held.levels.application !== 'TRACE' && levelOf(line) < severity[held.levels.application]) return
  write(lambda, held, at, line)
}

function levelOf(line: string): number {
  // Lines that are no JSON are not judged: nobody can say what they are.
  if (!line.startsWith('{')) return severity.FATAL
  try {
    const level = String(JSON.parse(line).level).toUpperCase()
    return severity[level.replace(/^WARNING$/, 'WARN').replace(/^CRITICAL$/, 'FATAL') as keyof typeof severity] ?? severity.INFO
  } catch {
    return severity.FATAL
  }
}

/** To extensions that subscribed to what happens. */
function tell(held: Held, at: number, type: string, about: () => unknown): void {
  if (held.environment?.heard) held.environment.tell?.({ type, record: about(), at })
}

function record(lambda: Lambda, held: Held, level: LogLevels['system'], type: string, about: object): void {
  if (severity[level] < severity[held.levels!.system]) return
  const at = lambda.now()
  write(lambda, held, at, JSON.stringify({ time: new Date(at).toISOString(), type: `platform.${type}`, record: about }))
}

type Phase = 'init' | 'invoke'
const initType = (held: Held, phase: Phase = 'init') =>
  ({ initializationType: held.snapStart ? 'snap-start' : held.share === 'provisioned' ? 'provisioned-concurrency' : 'on-demand', phase })

/** What is told of an environment that starts. */
export function initStart(lambda: Lambda, row: VersionRow, held: Held, runtimeVersionArn: string, phase: Phase = 'init'): PlatformRecord {
  const about = {
    ...initType(held, phase), runtimeVersion: `${row.runtime}.fogbank`, runtimeVersionArn, functionName: row.name, functionVersion: versionLabel(row.version),
  }
  return { type: 'initStart', record: about, at: lambda.now() }
}

/** The first line of an environment. */
export function initStarts(lambda: Lambda, row: VersionRow, held: Held, runtimeVersionArn: string): void {
  const text = `INIT_START Runtime Version: ${row.runtime}.fogbank\tRuntime Version ARN: ${runtimeVersionArn}`
  if (!held.levels) return write(lambda, held, lambda.now(), text)
  record(lambda, held, 'INFO', 'initStart', initStart(lambda, row, held, runtimeVersionArn).record as object)
}

const round = (ms: number) => Number(ms.toFixed(3))

/** What became of the init phase, or of init again in the first invocation. Text shows one that went well in the REPORT of the first invocation alone. */
export function initEnded(lambda: Lambda, held: Held, phase: Phase = 'init'): void {
  const { environment } = held
  const about = { ...initType(held, phase), ...statusOf(environment.initError) }
  const report = () => ({ ...about, metrics: { durationMs: round(environment.initDurationMs) } })
  tell(held, lambda.now(), 'initReport', report)
  if (!held.levels) {
    if (held.snapStart && !environment.initError) {
      return write(lambda, held, lambda.now(), `INIT_REPORT Init Duration: ${environment.initDurationMs.toFixed(2)} ms`)
    }
    if (!environment.initError) return
    const { status, errorType } = about
    const type = errorType ? `\tError Type: ${errorType}` : ''
    return write(
      lambda, held, lambda.now(), `INIT_REPORT Init Duration: ${environment.initDurationMs.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${status}${type}`
    )
  }
  const failed = environment.initError !== undefined
  record(lambda, held, failed ? 'WARN' : 'DEBUG', 'initRuntimeDone', about)
  const level = failed ? 'WARN' : held.share === 'provisioned' ? 'INFO' : 'DEBUG'
  record(lambda, held, level, 'initReport', report())
}

/** The first line of an environment that comes from a snapshot. */
export function restoreStarts(lambda: Lambda, row: VersionRow, held: Held, runtimeVersionArn: string): void {
  const runtimeVersion = `${row.runtime}.fogbank`
  const text = `RESTORE_START Runtime Version: ${runtimeVersion}\tRuntime Version ARN: ${runtimeVersionArn}`
  if (!held.levels) return write(lambda, held, lambda.now(), text)
  record(lambda, held, 'INFO', 'restoreStart', { runtimeVersion, runtimeVersionArn, functionName: row.name, functionVersion: versionLabel(row.version) })
}

/** What became of the restore. */
export function restoreEnded(lambda: Lambda, held: Held): void {
  const { initDurationMs: durationMs, initError } = held.environment
  const outcome = statusOf(initError)
  const how = initError ? `\tStatus: ${outcome.status}${outcome.errorType ? `\tError Type: ${outcome.errorType}` : ''}` : ''
  if (!held.levels) return write(lambda, held, lambda.now(), `RESTORE_REPORT Restore Duration: ${durationMs.toFixed(2)} ms${how}`)
  record(lambda, held, initError ? 'WARN' : 'DEBUG', 'restoreRuntimeDone', outcome)
  record(lambda, held, initError ? 'WARN' : 'INFO', 'restoreReport', { ...outcome, metrics: { durationMs: round(durationMs) } })
}

/** The START of an invocation. */
export function starts(lambda: Lambda, row: VersionRow, held: Held, requestId: string, trace?: { segmentId: string, header: string }): void {
  const version = versionLabel(row.version)
  tell(held, lambda.now(), 'start', () => ({ requestId, version, ...tenantOf(held), ...trace && { tracing: tracingOf(trace.header, trace.segmentId) } }))
  if (!held.levels) return write(lambda, held, lambda.now(), `START RequestId: ${requestId} Version: ${version}`)
  record(lambda, held, 'INFO', 'start', { requestId, functionArn: functionArn(lambda, row.name), version, ...tenantOf(held) })
}

/** What Lambda says of an invocation that timed out or whose runtime ended; with the JSON format the records of its end say it. */
export function says(lambda: Lambda, held: Held, line: string): void {
  if (!held.levels) write(lambda, held, lambda.now(), line)
  tell(held, lambda.now(), 'fault', () => line)
}

const tracingOf = (value: string, spanId = /Parent=([\da-f]+)/.exec(value)?.[1]) => ({ ...spanId && { spanId }, type: 'X-Amzn-Trace-Id', value })

const tenantOf = ({ tenant }: Held) => tenant === undefined ? {} : { tenantId: tenant }

const firstUp = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)

/** Writes the line of what happens in an environment with extensions, where there is one; answers the record for those who subscribed. */
export function happened(lambda: Lambda, held: Held, phase: Phase, event: SandboxEvent): PlatformRecord {
  const at = lambda.now()
  if (event.type === 'initRuntimeDone') return { type: event.type, at, record: { ...initType(held, phase), ...statusOf(event.ending) } }
  if (event.type === 'runtimeDone') return { type: event.type, at, record: { ...runtimeDone(event), ...tenantOf(held) } }
  const { type, about, text } = event.type === 'extension' ? ofExtension(event) : ofSubscription(event)
  if (held.levels) record(lambda, held, 'INFO', type, about)
  else write(lambda, held, at, text)
  return { type, at, record: about }
}

function ofExtension({ name, state, events, errorType }: SandboxEvent & { type: 'extension' }) {
  return {
    type: 'extension', about: { name, state, events, ...errorType && { errorType } },
    text: `EXTENSION\tName: ${name}\tState: ${state}\tEvents: [${events.join(', ')}]${errorType ? `\tError Type: ${errorType}` : ''}`,
  }
}

function ofSubscription({ name, api, types }: SandboxEvent & { type: 'subscription' }) {
  return {
    type: `${api}Subscription`, about: { name, state: 'Subscribed', types },
    text: `${api.toUpperCase()}\tName: ${name}\tState: Subscribed\tTypes: [${types.map(firstUp).join(', ')}]`,
  }
}

function runtimeDone(event: SandboxEvent & { type: 'runtimeDone' }): object {
  const { ending, startedAt, durationMs, respondedMs, requestId, traceHeader } = event
  const span = (name: string, fromMs: number, toMs: number) =>
    ({ name, start: new Date(startedAt + fromMs).toISOString(), durationMs: round(toMs - fromMs) })
  const spans = respondedMs === undefined ? [] : [
    span('responseLatency', 0, respondedMs), span('responseDuration', respondedMs, respondedMs), span('runtimeOverhead', respondedMs, durationMs),
  ]
  const producedBytes = 'payload' in ending ? ending.payload.byteLength : undefined
  return {
    requestId, ...statusOf(ending), ...traceHeader && { tracing: tracingOf(traceHeader) }, spans,
    metrics: { durationMs: round(durationMs), ...producedBytes !== undefined && { producedBytes } },
  }
}

export interface Ended {
  requestId: string
  outcome: Outcome
  billedMs: number
  initMs: number | undefined
  /** Of the first invocation of a restored environment. */
  restored?: { durationMs: number, billedMs: number } | undefined
  /** The function's own segment, where its trace is sampled. */
  segmentId?: string
  /** The trace header that the function had, where extensions hear of it. */
  header?: string | undefined
}

/** The END and REPORT of an invocation. */
export function ends(lambda: Lambda, row: VersionRow, held: Held, ended: Ended): void {
  const { requestId, outcome, billedMs, initMs, restored, segmentId } = ended
  tell(held, lambda.now(), 'report', () => ({ ...reportOf(lambda, row, ended), ...tenantOf(held) }))
  if (held.levels) return endsAsJson(lambda, row, held, ended)
  const at = lambda.now()
  write(lambda, held, at, `END RequestId: ${requestId}`)
  const { status, errorType } = statusOf(outcome)
  const how = outcome.kind === 'timeout'
    ? '\tStatus: timeout'
    : outcome.kind === 'exit' || outcome.kind === 'extension' ? `\tStatus: ${status}\tError Type: ${errorType}`
    : ''
  const init = initMs !== undefined ? `\tInit Duration: ${initMs.toFixed(2)} ms`
    : restored ? `\tRestore Duration: ${restored.durationMs.toFixed(2)} ms\tBilled Restore Duration: ${restored.billedMs} ms` : ''
  write(lambda, held, at, `REPORT RequestId: ${requestId}\tDuration: ${outcome.durationMs.toFixed(2)} ms\tBilled Duration: ${billedMs} ms\t`
    + `Memory Size: ${row.memoryMB} MB\tMax Memory Used: ${Math.ceil(outcome.maxMemoryUsedMB)} MB${init}${how}\t`
    + (segmentId ? `\nXRAY TraceId: ${lambda.trace.traceId}\tSegmentId: ${segmentId}\tSampled: true\t` : ''))
}

/** The record of REPORT. */
function reportOf(lambda: Lambda, row: VersionRow, { requestId, outcome, billedMs, initMs, restored, header }: Ended): object {
  const { durationMs, extensionsMs } = outcome
  const overhead = extensionsMs !== undefined && { spans: [
    { name: 'extensionOverhead', start: new Date(lambda.now() - extensionsMs).toISOString(), durationMs: round(extensionsMs) },
  ] }
  return {
    requestId, metrics: {
      durationMs: round(durationMs), billedDurationMs: billedMs, memorySizeMB: row.memoryMB, maxMemoryUsedMB: Math.ceil(outcome.maxMemoryUsedMB),
      ...initMs !== undefined && { initDurationMs: round(initMs) },
      ...restored && { restoreDurationMs: round(restored.durationMs), billedRestoreDurationMs: restored.billedMs },
    }, ...overhead, ...header && { tracing: tracingOf(header) }, ...statusOf(outcome),
  }
}

function endsAsJson(lambda: Lambda, row: VersionRow, held: Held, ended: Ended): void {
  const { requestId, outcome } = ended
  const durationMs = round(outcome.durationMs - (outcome.extensionsMs ?? 0))
  const producedBytes = outcome.kind === 'response' || outcome.kind === 'error' ? outcome.payload.byteLength : 0
  const status = statusOf(outcome)
  const level = status.status === 'success' ? 'DEBUG' : 'WARN'
  record(lambda, held, level, 'runtimeDone', { requestId, ...status, metrics: { durationMs, producedBytes }, ...tenantOf(held) })
  record(lambda, held, level === 'WARN' ? 'WARN' : 'INFO', 'report', {
    ...reportOf(lambda, row, ended.segmentId ? ended : { ...ended, header: undefined }), ...tenantOf(held),
  })
}

/** `error` is an end of the runtime; an error that the handler threw was handled by the runtime, which is `error` with its type as well. */
function statusOf(outcome: Ending | undefined): { status: 'success' | 'timeout' | 'error', errorType?: string } {
  if (!outcome || outcome.kind === 'response') return { status: 'success' }
  if (outcome.kind === 'timeout') return { status: 'timeout' }
  if (outcome.kind === 'error' || outcome.kind === 'extension') return { status: 'error', errorType: outcome.errorType }
  return { status: 'error', errorType: outcome.outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError' }
}
