import type { DescribeOrganizationsAccessInput, DescribeOrganizationsAccessOutput } from '@aws-sdk/client-cloudformation'
import { longRunning } from '../../../platform/service.ts'
import type { CloudFormation } from '../state.ts'
import { checkOrganization } from './service-managed.ts'
import { refuseDelegated } from './stackset.ts'

/** Whether the organization trusts stack sets. */
export const DescribeOrganizationsAccess = longRunning(
  async (cfn: CloudFormation, input: DescribeOrganizationsAccessInput): Promise<DescribeOrganizationsAccessOutput> => {
    refuseDelegated(input)
    return { Status: await checkOrganization(cfn).then(() => 'ENABLED' as const, () => 'DISABLED' as const) }
  },
)
