import { identifierText, identityWithin } from '../../../platform/resource-identifier.ts'
import { contextOf, errorCodeOf, identityOfRequest, requireType, standing } from '../resources/resource.ts'
import type { CloudControl, RequestRow } from '../state.ts'
import { isOver } from './request.ts'

/** The task of a request. Its calls take effect once, so that it can be done again after a crash. */
export async function carryOut(scope: CloudControl, task: { token: string }): Promise<void> {
  const row = await change(scope, task.token, current => current.status === 'PENDING' ? { status: 'IN_PROGRESS' } : {})
  if (!row || isOver(row)) return
  const abort = new AbortController()
  scope.state.running.set(row.token, abort)
  if (row.status === 'CANCEL_IN_PROGRESS') abort.abort()
  try {
    const identifier = await perform(scope, row, abort.signal)
    await end(scope, row.token, { status: 'SUCCESS', ...identifier !== undefined && { identifier } })
  } catch (error) {
    if (scope.state.closing) throw error
    const cancelled = abort.signal.aborted
    const message = error instanceof Error ? error.message : String(error)
    await end(scope, row.token, cancelled ? { status: 'CANCEL_COMPLETE' } : { status: 'FAILED', message, errorCode: errorCodeOf(error) })
  } finally {
    scope.state.running.delete(row.token)
  }
}

async function perform(scope: CloudControl, row: RequestRow, signal: AbortSignal): Promise<string | undefined> {
  const once = { group: row.token, step: row.operation }
  const who = row.roleArn === undefined ? { principal: row.principal } : { role: row.roleArn, sessionName: 'AWSCloudControlAPI' }
  const type = await requireType(scope, row.type, row.operation)
  const context = contextOf(scope, row.type, scope.as(who, { once }), row.suffix, signal)
  signal.throwIfAborted()
  if (row.operation === 'CREATE') {
    const { id, attributes } = await type.create(context, row.desired)
    const made = identityWithin(type, id, { ...row.desired, ...attributes })
    return made ? identifierText(type, made) : id
  }
  const identity = identityOfRequest(type, row.identifier!)
  if (row.operation === 'UPDATE') await type.update!(context, identity.id, row.desired, row.previous)
  else await type.delete(context, identity.id, (await standing(type, row.type, context, identity)).properties)
  return row.identifier
}

async function change(scope: CloudControl, token: string, work: (row: RequestRow) => Partial<RequestRow>): Promise<RequestRow | undefined> {
  return scope.transact(async tx => {
    const row = await tx.tables.requests.get(token)
    if (!row) return undefined
    const changed = { ...row, ...work(row) }
    await tx.tables.requests.put(changed)
    return changed
  })
}

async function end(scope: CloudControl, token: string, result: Partial<RequestRow>): Promise<void> {
  await scope.transact(async tx => {
    const row = await tx.tables.requests.get(token)
    if (row) await tx.tables.requests.put({ ...row, ...result, at: tx.now() })
    await tx.forgetOnce(token)
  })
}
