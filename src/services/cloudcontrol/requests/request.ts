import type { ProgressEvent } from '@aws-sdk/client-cloudcontrol'
import { newCode } from '../../../platform/ids.ts'
import {
  ClientTokenConflictException, ConcurrentOperationException, RequestTokenNotFoundException, requestsKeptMs, type CloudControl, type RequestRow,
} from '../state.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'
export const isOver = (row: RequestRow): boolean => ['SUCCESS', 'FAILED', 'CANCEL_COMPLETE'].includes(row.status)

export type NewRequest = Pick<RequestRow, 'type' | 'operation' | 'identifier' | 'desired' | 'previous'>
interface Asking { ClientToken?: string | undefined, RoleArn?: string | undefined }

/** The request that a client token stands for already; throws where it stands for another. */
export async function repeated(scope: CloudControl, input: Asking): Promise<RequestRow | undefined> {
  if (input.ClientToken === undefined) return undefined
  const row = (await scope.tables.requests.list()).find(one => one.clientToken === input.ClientToken)
  if (!row) return undefined
  if (row.asked !== JSON.stringify(input)) throw new ClientTokenConflictException(`The client token ${input.ClientToken} was used for another request.`)
  return row
}

/** Keeps a request and queues the task that carries it out, in one transaction; forgets those that are too old. */
export async function begin(scope: CloudControl, input: Asking, request: NewRequest): Promise<ProgressEvent> {
  if (input.RoleArn !== undefined) {
    await scope.authorize({ action: 'iam:PassRole', resource: input.RoleArn, conditions: { 'iam:PassedToService': 'cloudformation.amazonaws.com' } })
  }
  const row: RequestRow = {
    ...request, token: scope.newId(), status: 'PENDING', at: scope.now(), principal: scope.principal, suffix: newCode(12, alphabet),
    asked: JSON.stringify(input),
    ...input.ClientToken !== undefined && { clientToken: input.ClientToken }, ...input.RoleArn !== undefined && { roleArn: input.RoleArn },
  }
  await scope.transact(async tx => {
    for (const other of await tx.tables.requests.list()) {
      if (other.at < tx.now() - requestsKeptMs) await tx.tables.requests.delete(other.token)
      else if (!isOver(other) && other.type === row.type && row.identifier !== undefined && other.identifier === row.identifier) {
        throw new ConcurrentOperationException(
          `There is an active operation with request token ${other.token} on resource ${row.identifier} of type ${row.type}`
        )
      }
    }
    await tx.tables.requests.put(row)
    tx.enqueue('carryOut', { token: row.token })
  })
  return progress({ ...row, status: 'IN_PROGRESS' })
}

/** The request of a token; throws RequestTokenNotFoundException. */
export async function requireRequest(scope: CloudControl, token: string): Promise<RequestRow> {
  const row = await scope.tables.requests.get(token)
  if (!row || row.at < scope.now() - requestsKeptMs) throw new RequestTokenNotFoundException(`Request with token ${token} was not found`)
  return row
}

/** A request as the API has it. */
export const progress = (row: RequestRow): ProgressEvent => ({
  TypeName: row.type, RequestToken: row.token, Operation: row.operation, OperationStatus: row.status, EventTime: new Date(row.at),
  ...row.identifier !== undefined && { Identifier: row.identifier }, ...row.desired && { ResourceModel: JSON.stringify(row.desired) },
  ...row.message !== undefined && { StatusMessage: row.message }, ...row.errorCode !== undefined && { ErrorCode: row.errorCode as 'NotFound' },
})
