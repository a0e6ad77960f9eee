/** An accepted event on its way to a function. `failures` counts the errors of the function; throttles are not among them. */
export interface AcceptedEvent {
  name: string
  qualifier: string | undefined
  event: string
  requestId: string
  acceptedAt: number
  tenantId?: string
  failures?: number
  throttles?: number
}

export type Condition = 'Success' | 'RetriesExhausted' | 'EventAgeExceeded' | 'ZeroReservedConcurrency' | 'RecursiveInvocation'
