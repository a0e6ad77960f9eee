import { payloadBytesMax, syncPayloadBytesMax } from '../limits.ts'
import type { OperationRow, OperationStatus, OperationType } from '../rows.ts'

/** What an update of a checkpoint says; the shape of AWS's OperationUpdate. */
export interface Update {
  Id: string
  ParentId?: string | undefined
  Name?: string | undefined
  Type: OperationType
  SubType?: string | undefined
  Action: Action
  Payload?: string | undefined
  Error?: object | undefined
  ContextOptions?: { ReplayChildren?: boolean | undefined } | undefined
  StepOptions?: { NextAttemptDelaySeconds?: number | undefined } | undefined
  WaitOptions?: { WaitSeconds?: number | undefined } | undefined
  CallbackOptions?: { TimeoutSeconds?: number | undefined, HeartbeatTimeoutSeconds?: number | undefined } | undefined
  ChainedInvokeOptions?: { FunctionName: string | undefined, TenantId?: string | undefined, XAmznTraceId?: string | undefined } | undefined
}
export type Action = 'START' | 'SUCCEED' | 'FAIL' | 'RETRY' | 'CANCEL'

const actionsOf: Record<OperationType, Action[]> = {
  EXECUTION: ['SUCCEED', 'FAIL'], CONTEXT: ['START', 'SUCCEED', 'FAIL'], STEP: ['START', 'SUCCEED', 'FAIL', 'RETRY'], WAIT: ['START', 'CANCEL'],
  CALLBACK: ['START', 'CANCEL'], CHAINED_INVOKE: ['START', 'CANCEL'],
}

/** From which statuses of a known operation an action leads on. A step or a context may also end without having been started. */
const closesFrom: Partial<Record<OperationType, OperationStatus[]>> = { CONTEXT: ['STARTED'], STEP: ['STARTED', 'READY'] }

type Known = (id: string) => OperationRow | undefined

/**
 * What is wrong with the updates of a checkpoint, in AWS's words; undefined where they may be applied. `known`: the operations that there are.
 * AWS checks the list as a whole before each of its updates.
 */
export function problemOf(updates: readonly Update[], known: Known, isSync: boolean): string | undefined {
  const ends = updates.filter(update => update.Type === 'EXECUTION').length
  if (ends > 1) return 'Cannot checkpoint multiple EXECUTION updates.'
  if (ends === 1 && updates.at(-1)!.Type !== 'EXECUTION') return 'EXECUTION checkpoint must be the last update.'
  return problemOfList(updates, known) ?? first(updates, update => problemOfUpdate(update, known, isSync))
}

function first<T>(list: readonly T[], problem: (one: T) => string | undefined): string | undefined {
  for (const one of list) {
    const found = problem(one)
    if (found) return found
  }
  return undefined
}

function problemOfList(updates: readonly Update[], known: Known): string | undefined {
  const seen = new Map<string, Update>()
  const begun = new Map<string, OperationType>()
  return first(updates, update => {
    const before = seen.get(update.Id)
    if (before && !(before.Action === 'START' && update.Action !== 'START' && (before.Type === 'STEP' || before.Type === 'CONTEXT'))) {
      return 'Cannot update the same operation twice in a single request.'
    }
    if (update.ParentId && (begun.get(update.ParentId) ?? known(update.ParentId)?.type) !== 'CONTEXT') return 'Invalid parent operation id.'
    if (update.Action === 'START') begun.set(update.Id, update.Type)
    seen.set(update.Id, update)
    return undefined
  })
}

function problemOfUpdate(update: Update, known: Known, isSync: boolean): string | undefined {
  const { Type: type, Action: action } = update
  const payloadMax = type === 'EXECUTION' && isSync ? syncPayloadBytesMax : payloadBytesMax
  if (update.Payload !== undefined && Buffer.byteLength(update.Payload) > payloadMax) {
    return `${type} ${action === 'START' ? 'input' : 'output'} payload size must be less than or equal to ${payloadMax} bytes.`
  }
  if (update.Error && Buffer.byteLength(JSON.stringify(update.Error)) > payloadBytesMax) {
    return `Error object size must be less than or equal to ${payloadBytesMax} bytes.`
  }
  if (!actionsOf[type].includes(action)) return 'Invalid action for the given operation type.'
  if (action === 'FAIL' && update.Payload !== undefined) return 'Cannot provide a Payload for FAIL action.'
  if (action === 'SUCCEED' && update.Error !== undefined) return 'Cannot provide an Error for SUCCEED action.'
  const operation = type === 'EXECUTION' ? undefined : known(update.Id)
  if (operation && operation.type !== type) return 'Invalid operation type.'
  return problemOfTransition(update, operation?.status) ?? (action === 'START' ? problemOfOptions(update) : undefined)
}

function problemOfTransition({ Type: type, Action: action, StepOptions, Error, Payload }: Update, status: OperationStatus | undefined): string | undefined {
  if (action === 'CANCEL') return status === 'STARTED' ? undefined : `Cannot cancel a ${type} that does not exist or has already completed.`
  if (action === 'START') {
    if (type !== 'STEP') return status === undefined ? undefined : `Cannot start a ${type} that already exists.`
    return status === undefined || status === 'READY' ? undefined : 'Invalid current STEP state to start.'
  }
  const from = closesFrom[type]
  const isOpen = !from || status === undefined || from.includes(status)
  if (action !== 'RETRY') return isOpen ? undefined : `Invalid current ${type} state to close.`
  if (!isOpen) return 'Invalid current STEP state to re-attempt.'
  if (StepOptions?.NextAttemptDelaySeconds === undefined) return 'Invalid StepOptions for the given action.'
  return Error !== undefined && Payload !== undefined ? 'Cannot provide both error and payload to RETRY a STEP.' : undefined
}

function problemOfOptions({ Type: type, WaitOptions, ChainedInvokeOptions }: Update): string | undefined {
  if (type === 'WAIT' && WaitOptions?.WaitSeconds === undefined) return 'Invalid WaitOptions for the given action.'
  if (type !== 'CHAINED_INVOKE') return undefined
  return ChainedInvokeOptions?.FunctionName ? undefined : 'Invalid ChainedInvokeOptions for the given action.'
}
