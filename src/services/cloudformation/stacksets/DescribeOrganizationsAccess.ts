import type { DescribeOrganizationsAccessInput, DescribeOrganizationsAccessOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { checkOrganization } from './service-managed.ts'

/** Whether the organization trusts stack sets. */
export const DescribeOrganizationsAccess = longRunning(
  async (cfn: CloudFormation, _input: DescribeOrganizationsAccessInput): Promise<DescribeOrganizationsAccessOutput> => {
    return { Status: await checkOrganization(cfn).then(() => 'ENABLED' as const, () => 'DISABLED' as const) }
  },
)
