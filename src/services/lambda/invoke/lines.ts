import type { Outcome } from '../../../contracts/sandbox.ts'
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

/** A line that the function wrote; with the JSON format, one that is JSON and below the level is dropped. Its level is INFO where it names none. */
export function written(lambda: Lambda, held: Held, at: number, line: string): void {
  if (held.levels && held.levels.application !== 'TRACE' && levelOf(line) < severity[held.levels.application]) return
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

function record(lambda: Lambda, held: Held, level: LogLevels['system'], type: string, about: object): void {
  if (severity[level] < severity[held.levels!.system]) return
  const at = lambda.now()
  write(lambda, held, at, JSON.stringify({ time: new Date(at).toISOString(), type: `platform.${type}`, record: about }))
}

const initType = (held: Held) => ({ initializationType: held.share === 'provisioned' ? 'provisioned-concurrency' : 'on-demand', phase: 'init' })

/** The first line of an environment. */
export function initStarts(lambda: Lambda, row: VersionRow, held: Held, runtimeVersionArn: string): void {
  const runtimeVersion = `${row.runtime}.fogbank`
  if (!held.levels) return write(lambda, held, lambda.now(), `INIT_START Runtime Version: ${runtimeVersion}\tRuntime Version ARN: ${runtimeVersionArn}`)
  record(lambda, held, 'INFO', 'initStart', {
    ...initType(held), runtimeVersion, runtimeVersionArn, functionName: row.name, functionVersion: versionLabel(row.version),
  })
}

const round = (ms: number) => Number(ms.toFixed(3))

/** What became of the init phase, or of init again in the first invocation. Text shows one that went well in the REPORT of the first invocation alone. */
export function initEnded(lambda: Lambda, held: Held, phase: 'init' | 'invoke' = 'init'): void {
  const { environment } = held
  if (!held.levels) {
    if (!environment.initError) return
    const { status, errorType } = statusOf(environment.initError)
    const type = errorType ? `\tError Type: ${errorType}` : ''
    return write(
      lambda, held, lambda.now(), `INIT_REPORT Init Duration: ${environment.initDurationMs.toFixed(2)} ms\tPhase: ${phase}\tStatus: ${status}${type}`
    )
  }
  const about = { ...initType(held), phase, ...statusOf(environment.initError) }
  const failed = environment.initError !== undefined
  record(lambda, held, failed ? 'WARN' : 'DEBUG', 'initRuntimeDone', about)
  const level = failed ? 'WARN' : held.share === 'provisioned' ? 'INFO' : 'DEBUG'
  record(lambda, held, level, 'initReport', { ...about, metrics: { durationMs: round(environment.initDurationMs) } })
}

/** The START of an invocation. */
export function starts(lambda: Lambda, row: VersionRow, held: Held, requestId: string): void {
  const version = versionLabel(row.version)
  if (!held.levels) return write(lambda, held, lambda.now(), `START RequestId: ${requestId} Version: ${version}`)
  record(lambda, held, 'INFO', 'start', { requestId, functionArn: functionArn(lambda, row.name), version })
}

/** What Lambda says of an invocation that timed out or whose runtime ended; with the JSON format the records of its end say it. */
export function says(lambda: Lambda, held: Held, line: string): void {
  if (!held.levels) write(lambda, held, lambda.now(), line)
}

export interface Ended {
  requestId: string
  outcome: Outcome
  billedMs: number
  initMs: number | undefined
  /** The function's own segment, where its trace is sampled. */
  segmentId?: string
}

/** The END and REPORT of an invocation. */
export function ends(lambda: Lambda, row: VersionRow, held: Held, ended: Ended): void {
  const { requestId, outcome, billedMs, initMs, segmentId } = ended
  if (held.levels) return endsAsJson(lambda, row, held, ended)
  const at = lambda.now()
  write(lambda, held, at, `END RequestId: ${requestId}`)
  const { status, errorType } = statusOf(outcome)
  const how = outcome.kind === 'timeout' ? '\tStatus: timeout' : outcome.kind === 'exit' ? `\tStatus: ${status}\tError Type: ${errorType}` : ''
  const init = initMs === undefined ? '' : `\tInit Duration: ${initMs.toFixed(2)} ms`
  write(lambda, held, at, `REPORT RequestId: ${requestId}\tDuration: ${outcome.durationMs.toFixed(2)} ms\tBilled Duration: ${billedMs} ms\t`
    + `Memory Size: ${row.memoryMB} MB\tMax Memory Used: ${Math.ceil(outcome.maxMemoryUsedMB)} MB${init}${how}\t`
    + (segmentId ? `\nXRAY TraceId: ${lambda.trace.traceId}\tSegmentId: ${segmentId}\tSampled: true\t` : ''))
}

function endsAsJson(lambda: Lambda, row: VersionRow, held: Held, { requestId, outcome, billedMs, initMs }: Ended): void {
  const durationMs = round(outcome.durationMs)
  const producedBytes = outcome.kind === 'response' || outcome.kind === 'error' ? outcome.payload.byteLength : 0
  const status = statusOf(outcome)
  const level = status.status === 'success' ? 'DEBUG' : 'WARN'
  record(lambda, held, level, 'runtimeDone', { requestId, ...status, metrics: { durationMs, producedBytes } })
  record(lambda, held, level === 'WARN' ? 'WARN' : 'INFO', 'report', {
    requestId, metrics: {
      durationMs, billedDurationMs: billedMs, memorySizeMB: row.memoryMB, maxMemoryUsedMB: Math.ceil(outcome.maxMemoryUsedMB),
      ...initMs !== undefined && { initDurationMs: round(initMs) },
    }, ...status,
  })
}

/** `error` is an end of the runtime; an error that the handler threw was handled by the runtime, which is `error` with its type as well. */
function statusOf(outcome: Outcome | undefined): { status: 'success' | 'timeout' | 'error', errorType?: string } {
  if (!outcome || outcome.kind === 'response') return { status: 'success' }
  if (outcome.kind === 'timeout') return { status: 'timeout' }
  if (outcome.kind === 'error') return { status: 'error', errorType: outcome.errorType }
  return { status: 'error', errorType: outcome.outOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError' }
}
