import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { trustStackSets } from './service-managed.ts'

/** Takes the trust back. */
export const DeactivateOrganizationsAccess = longRunning(async (cfn: CloudFormation): Promise<Record<never, never>> => {
  await trustStackSets(cfn, false)
  return {}
})
