import type { VersionRow } from '../state.ts'
import { accountConcurrencyMax, InvalidParameterValueException, TooManyRequestsException } from '../state.ts'

// Tenant isolation: an environment serves one tenant of a function and no other. "Tenant isolation" in the developer guide.

type OfTenants = Pick<VersionRow, 'tenancy'>

/** A function with tenant isolation is invoked for a tenant, any other for none. */
export function checkTenant({ tenancy }: OfTenants, tenantId: string | undefined): void {
  if (tenancy && tenantId === undefined) {
    throw new InvalidParameterValueException('The invoked function is enabled with tenancy configuration. Add a valid tenant ID in your request and try again.')
  }
  if (!tenancy && tenantId !== undefined) {
    throw new InvalidParameterValueException(
      'The invoked function is not enabled with tenancy configuration. Remove the tenant ID from your request and try again.'
    )
  }
}

/** What names no tenant cannot lead to a function with tenant isolation. */
export function refuseTenancy({ tenancy }: OfTenants, what: string): void {
  if (tenancy) throw new InvalidParameterValueException(`${what} is not supported for functions with tenant isolation.`)
}

/** Environments of tenants, busy or idle, that a function may have: 2,500 for each 1,000 of its concurrency. */
export function checkTenantEnvironments(count: number, reserved: number | undefined): void {
  if (count < Math.floor((reserved ?? accountConcurrencyMax) * 2.5)) return
  throw new TooManyRequestsException('Rate exceeded', { Reason: 'ConcurrentInvocationLimitExceeded', Type: undefined })
}
