import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OperationRow, OperationStatus, OperationType } from '../rows.ts'
import { apply, ended, fired, isPending } from './apply.ts'
import { errorOf, retryDelayMs, verdictOf } from './output.ts'
import { replayed, statePage } from './state.ts'
import { problemOf, type Update } from './validate.ts'

const operation = (id: string, type: OperationType, status: OperationStatus, more: Partial<OperationRow> = {}): OperationRow =>
  ({ execution: 'e', id, sequence: 1, type, status, startedAt: 0, ...more })
const given = { now: 1000, execution: 'e', sequence: 1, callbackId: () => 'callback', chained: () => ({ functionName: 'f' }) }
const update = (Type: OperationType, Action: Update['Action'], more: Partial<Update> = {}): Update => ({ Id: 'a', Type, Action, ...more })

test('updates are refused in the words of AWS', () => {
  const known = (one?: OperationRow) => (id: string) => one?.id === id ? one : undefined
  const wait = { WaitOptions: { WaitSeconds: 1 } }
  const later = { StepOptions: { NextAttemptDelaySeconds: 1 } }
  const cases: [Update[], OperationRow | undefined, string | undefined][] = [
    [[update('EXECUTION', 'SUCCEED'), update('EXECUTION', 'FAIL')], undefined, 'Cannot checkpoint multiple EXECUTION updates.'],
    [[update('EXECUTION', 'SUCCEED'), update('STEP', 'START')], undefined, 'EXECUTION checkpoint must be the last update.'],
    [[update('EXECUTION', 'START')], undefined, 'Invalid action for the given operation type.'],
    [[update('WAIT', 'RETRY')], undefined, 'Invalid action for the given operation type.'],
    [[update('STEP', 'START'), update('STEP', 'SUCCEED')], undefined, undefined],
    [[update('STEP', 'START'), update('STEP', 'START')], undefined, 'Cannot update the same operation twice in a single request.'],
    [[update('WAIT', 'START', wait), update('WAIT', 'CANCEL')], undefined, 'Cannot update the same operation twice in a single request.'],
    [[update('STEP', 'START', { ParentId: 'nobody' })], undefined, 'Invalid parent operation id.'],
    [[update('STEP', 'START', { ParentId: 'p' })], operation('p', 'STEP', 'STARTED'), 'Invalid parent operation id.'],
    [[update('STEP', 'START', { ParentId: 'p' })], operation('p', 'CONTEXT', 'STARTED'), undefined],
    [[update('CONTEXT', 'START', { Id: 'p' }), update('STEP', 'START', { ParentId: 'p' })], undefined, undefined],
    [[update('WAIT', 'START', wait)], operation('a', 'WAIT', 'STARTED'), 'Cannot start a WAIT that already exists.'],
    [[update('WAIT', 'START')], undefined, 'Invalid WaitOptions for the given action.'],
    [[update('CHAINED_INVOKE', 'START')], undefined, 'Invalid ChainedInvokeOptions for the given action.'],
    [[update('CALLBACK', 'CANCEL')], operation('a', 'CALLBACK', 'SUCCEEDED'), 'Cannot cancel a CALLBACK that does not exist or has already completed.'],
    [[update('STEP', 'START')], operation('a', 'STEP', 'READY'), undefined],
    [[update('STEP', 'START')], operation('a', 'STEP', 'PENDING'), 'Invalid current STEP state to start.'],
    [[update('STEP', 'SUCCEED')], operation('a', 'STEP', 'SUCCEEDED'), 'Invalid current STEP state to close.'],
    [[update('CONTEXT', 'FAIL')], operation('a', 'CONTEXT', 'FAILED'), 'Invalid current CONTEXT state to close.'],
    [[update('STEP', 'RETRY', later)], operation('a', 'STEP', 'PENDING'), 'Invalid current STEP state to re-attempt.'],
    [[update('STEP', 'RETRY')], undefined, 'Invalid StepOptions for the given action.'],
    [[update('STEP', 'FAIL', { Payload: '1' })], undefined, 'Cannot provide a Payload for FAIL action.'],
    [[update('STEP', 'SUCCEED', { Error: {} })], undefined, 'Cannot provide an Error for SUCCEED action.'],
    [[update('STEP', 'SUCCEED')], operation('a', 'WAIT', 'STARTED'), 'Invalid operation type.'],
    [
      [update('STEP', 'SUCCEED', { Payload: 'x'.repeat(1024 * 1024 + 1) })], undefined, 'STEP output payload size must be less than or equal to 1048576 bytes.',
    ],
  ]
  for (const [updates, one, problem] of cases) assert.equal(problemOf(updates, known(one), false), problem, JSON.stringify(updates).slice(0, 200))
  assert.equal(problemOf([update('EXECUTION', 'SUCCEED', { Payload: 'x'.repeat(6 * 1024 * 1024) })], known(), true), undefined)
})

test('a step counts the attempts that have ended, and costs an operation for each attempt again', () => {
  const started = apply(update('STEP', 'START'), undefined, given)
  assert.deepEqual([started.operation.status, started.operation.attempt, started.operationsUsed], ['STARTED', 0, 1])
  const again = apply(update('STEP', 'RETRY', { Error: { ErrorMessage: 'no' }, StepOptions: { NextAttemptDelaySeconds: 5 } }), started.operation, given)
  assert.deepEqual([again.operation.status, again.operation.attempt, again.operationsUsed, again.timers], ['PENDING', 1, 1, [{ kind: 'due', at: 6000 }]])
  const ready = fired(again.operation, 'due', 6000)!
  assert.deepEqual([ready.operation.status, ready.event, ready.operation.dueAt], ['READY', undefined, undefined])
  const second = apply(update('STEP', 'START'), ready.operation, given)
  const done = apply(update('STEP', 'SUCCEED', { Payload: '"ok"' }), second.operation, given)
  assert.deepEqual([done.operation.status, done.operation.attempt, done.operation.result, done.operation.error], ['SUCCEEDED', 2, '"ok"', undefined])
  assert.deepEqual(done.events.map(event => event.type), ['StepSucceeded'])
})

test('a step or a context may end without having been started', () => {
  const { operation: step, events, operationsUsed } = apply(update('STEP', 'SUCCEED', { Payload: '1' }), undefined, given)
  assert.deepEqual([step.status, step.attempt, events.map(event => event.type), operationsUsed], ['SUCCEEDED', 1, ['StepSucceeded'], 1])
})

test('timers that come too late change nothing', () => {
  for (const status of ['SUCCEEDED', 'FAILED', 'CANCELLED', 'TIMED_OUT'] as const) {
    for (const type of ['WAIT', 'CALLBACK', 'STEP'] as const) assert.equal(fired(operation('a', type, status), 'due', 1), undefined)
  }
  assert.equal(fired(operation('a', 'CALLBACK', 'STARTED'), 'heartbeat', 1)!.operation.error!.ErrorType, 'Callback.Heartbeat')
})

test('a cancelled wait has an event, a cancelled callback has none', () => {
  assert.equal(ended(operation('a', 'WAIT', 'STARTED'), 'CANCELLED', {}, 1).event!.type, 'WaitCancelled')
  assert.equal(ended(operation('a', 'CALLBACK', 'STARTED'), 'CANCELLED', {}, 1).event, undefined)
})

test('an execution waits for timers, callbacks, chained invokes and steps that will be tried again', () => {
  const pending = (type: OperationType, status: OperationStatus) => isPending(operation('a', type, status))
  for (const type of ['WAIT', 'CALLBACK', 'CHAINED_INVOKE'] as const) assert.deepEqual([pending(type, 'STARTED'), pending(type, 'SUCCEEDED')], [true, false])
  assert.deepEqual((['PENDING', 'READY', 'STARTED', 'FAILED'] as const).map(status => pending('STEP', status)), [true, true, false, false])
  assert.equal(pending('CONTEXT', 'STARTED'), false)
})

test('a replay sees nothing inside of contexts that have ended, unless they say so', () => {
  const inside = (id: string, parentId: string, sequence: number) => operation(id, 'STEP', 'SUCCEEDED', { parentId, sequence })
  const state = [
    inside('3', 'over', 4), operation('over', 'CONTEXT', 'SUCCEEDED', { sequence: 1 }), operation('open', 'CONTEXT', 'STARTED', { sequence: 2 }),
    inside('4', 'open', 5), operation('kept', 'CONTEXT', 'SUCCEEDED', { sequence: 3, replayChildren: true }), inside('5', 'kept', 6),
    operation('deep', 'CONTEXT', 'SUCCEEDED', { sequence: 7, parentId: 'over', replayChildren: true }), inside('6', 'deep', 8),
  ]
  assert.deepEqual(replayed(state).map(({ id }) => id), ['over', 'open', 'kept', '4', '5'])
})

test('a page of the state ends with its items or its bytes, and has one operation at least', () => {
  const state = [1, 2, 3, 4].map(sequence => operation(String(sequence), 'STEP', 'SUCCEEDED', { sequence, result: 'x'.repeat(1000) }))
  const ids = (page: { operations: OperationRow[], next: number | undefined }) => [page.operations.map(({ id }) => id), page.next]
  assert.deepEqual(ids(statePage(state, { after: 0, items: 3 })), [['1', '2', '3'], 3])
  assert.deepEqual(ids(statePage(state, { after: 3, items: 3 })), [['4'], undefined])
  assert.deepEqual(ids(statePage(state, { after: 0, items: 9, bytes: 3000 })), [['1', '2'], 2])
  assert.deepEqual(ids(statePage(state, { after: 0, items: 9, bytes: 1 })), [['1'], 1])
})

test('the answer of an invocation: results, errors, suspension, and what is none of them', () => {
  const read = (answer: unknown, about = { isSync: true, hasPending: true }) => verdictOf(Buffer.from(JSON.stringify(answer)), about)
  const refused = (ErrorMessage: string) => ({ kind: 'failed', error: { ErrorType: 'InvalidParameterValueException', ErrorMessage } })
  assert.deepEqual(read({ Status: 'SUCCEEDED', Result: '1' }), { kind: 'succeeded', result: '1' })
  assert.deepEqual(read({ Status: 'SUCCEEDED' }), { kind: 'succeeded' })
  assert.deepEqual(read({ Status: 'FAILED', Error: { ErrorMessage: 'no' } }), { kind: 'failed', error: { ErrorMessage: 'no' } })
  assert.deepEqual(read({ Status: 'PENDING' }), { kind: 'pending' })
  assert.deepEqual(read({ Status: 'PENDING' }, { isSync: true, hasPending: false }), refused('Cannot return PENDING status with no pending operations.'))
  for (const answer of [null, 'text', [], {}, { Status: 'DONE' }]) assert.deepEqual(read(answer), refused('Invalid Status in invocation output.'))
  const large = { Status: 'SUCCEEDED', Result: 'x'.repeat(1024 * 1024 + 1) }
  assert.equal(read(large).kind, 'succeeded')
  assert.deepEqual(read(large, { isSync: false, hasPending: false }), refused('Execution output payload size must be less than or equal to 1048576 bytes.'))
  assert.deepEqual(errorOf(Buffer.from('{"errorType":"E","errorMessage":"m","trace":["a"]}')), { ErrorType: 'E', ErrorMessage: 'm', StackTrace: ['a'] })
})

test('failed invocations are tried again later and later, up to five minutes', () => {
  assert.deepEqual([1, 2, 3, 9, 30].map(retryDelayMs), [1000, 2000, 4000, 256_000, 300_000])
})
