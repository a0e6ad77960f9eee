import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { trustStackSets } from './service-managed.ts'

/** Trusts stack sets with the organization that the caller's account manages. */
export const ActivateOrganizationsAccess = longRunning(async (cfn: CloudFormation): Promise<Record<never, never>> => {
  await trustStackSets(cfn, true)
  return {}
})
