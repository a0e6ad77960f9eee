import { newHex } from '../../../platform/ids.ts'
import type { Lambda } from '../state.ts'
import { CallbackTimeoutException, InvalidParameterValueException } from '../state.ts'
import { changedOutside, executionArn, executionOf, keyOf, timerId, type ExecutionKey } from './execution.ts'
import { ended } from './machine/apply.ts'
import type { ErrorObject, ExecutionRow, OperationRow } from './rows.ts'

/** Where a callback belongs; with a secret, so that an id cannot be made up. */
interface Address extends ExecutionKey { version: number, account: string, region: string, operation: string }

/** AWS's callback ids are base64 text without meaning. */
export const callbackIdOf = (scope: Lambda, execution: ExecutionRow, operation: string): string => Buffer.from(JSON.stringify([
  scope.account, scope.region, execution.function, execution.version, execution.name, execution.id, operation, newHex(32),
])).toString('base64')

function addressOf(callbackId: string | undefined): Address {
  try {
    const parts: unknown = JSON.parse(Buffer.from(callbackId ?? '', 'base64').toString())
    if (!Array.isArray(parts) || parts.length !== 8) throw new Error('no callback id')
    const [account, region, fn, version, name, id, operation] = parts
    return { account, region, function: fn, version, name, id, operation }
  } catch {
    throw new InvalidParameterValueException('Invalid callback id')
  }
}

/** The execution that a callback belongs to: permissions are asked on it. */
export const onCallback = {
  resource: (lambda: Lambda, { CallbackId }: { CallbackId: string | undefined }) => executionArn(lambda, addressOf(CallbackId)),
}

/** The callback that waits under an id; CallbackTimeoutException where none does (any more). */
export async function waitingCallback(scope: Lambda, callbackId: string | undefined): Promise<{ execution: ExecutionRow, operation: OperationRow }> {
  const address = addressOf(callbackId)
  const isHere = address.account === scope.account && address.region === scope.region
  const execution = isHere ? await executionOf(scope, address) : undefined
  const operation = execution && await scope.tables.operations.get(execution.id, address.operation)
  if (execution?.status !== 'RUNNING' || operation?.callbackId !== callbackId || operation?.status !== 'STARTED') {
    throw new CallbackTimeoutException('The callback is either timed out or already completed')
  }
  return { execution, operation }
}

/** Ends a callback as its caller says. */
export async function complete(
  scope: Lambda, callbackId: string | undefined, status: 'SUCCEEDED' | 'FAILED', outcome: { result?: string, error?: ErrorObject }
): Promise<void> {
  const { execution, operation } = await waitingCallback(scope, callbackId)
  const { operation: closed, event } = ended(operation, status, outcome, scope.now())
  for (const kind of ['due', 'heartbeat'] as const) scope.cancel('durableTimer', timerId(execution.id, operation.id, kind))
  const { result, error } = outcome
  execution.storedBytes += (result === undefined ? 0 : Buffer.byteLength(result)) + (error ? Buffer.byteLength(JSON.stringify(error)) : 0)
  await changedOutside(scope, execution, closed, event)
}

/** A callback with a heartbeat time-out has that long again. */
export async function beat(scope: Lambda, callbackId: string | undefined): Promise<void> {
  const { execution, operation } = await waitingCallback(scope, callbackId)
  if (!operation.heartbeatSeconds) return
  scope.enqueue('durableTimer', { ...keyOf(execution), kind: 'heartbeat', operation: operation.id }, {
    id: timerId(execution.id, operation.id, 'heartbeat'), at: scope.now() + operation.heartbeatSeconds * 1000,
  })
}
