import type { CloudControl as Client } from '@aws-sdk/client-cloudcontrol'
import type { Operations } from '../../contracts/aws.ts'
import type { Principal } from '../../contracts/principal.ts'
import { awsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'

export const ClientTokenConflictException = awsError('ClientTokenConflictException')
export const ConcurrentOperationException = awsError('ConcurrentOperationException')
export const InvalidRequestException = awsError('InvalidRequestException')
export const RequestTokenNotFoundException = awsError('RequestTokenNotFoundException')
export const ResourceNotFoundException = awsError('ResourceNotFoundException')
export const TypeNotFoundException = awsError('TypeNotFoundException')
export const UnsupportedActionException = awsError('UnsupportedActionException')

/** How long requests can be asked about. */
export const requestsKeptMs = 7 * 86_400_000

export type RequestStatus = 'PENDING' | 'IN_PROGRESS' | 'SUCCESS' | 'FAILED' | 'CANCEL_IN_PROGRESS' | 'CANCEL_COMPLETE'

/** One request to make, change or delete a resource: what its task carries out. */
export interface RequestRow {
  token: string
  type: string
  operation: 'CREATE' | 'UPDATE' | 'DELETE'
  status: RequestStatus
  at: number
  /** As Cloud Control writes it; of a creation, once it is known. */
  identifier?: string
  /** The properties that the resource is to have, and those that it had. */
  desired?: Record<string, unknown>
  previous?: Record<string, unknown>
  message?: string
  errorCode?: string
  clientToken?: string
  /** What was asked, so that a token that comes again with something else is refused. */
  asked: string
  principal: Principal
  roleArn?: string
  /** The random end of a generated name. */
  suffix: string
}

export const tables = {
  requests: table<RequestRow>()({ name: 'requests', key: row => [row.token] }),
}

export interface CloudControlState {
  /** Requests under way, so that a cancellation reaches them. */
  running: Map<string, AbortController>
  closing: boolean
}

export type CloudControl = Scope<typeof tables, CloudControlState>
export type Input<K extends keyof Operations<Client>> = Parameters<Operations<Client>[K]>[0]
export type Output<K extends keyof Operations<Client>> = Awaited<ReturnType<Operations<Client>[K]>>
