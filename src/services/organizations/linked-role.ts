import { rootOf } from '../../platform/root.ts'
import type { Orgs } from './state.ts'

/** Has the role made by which Organizations acts in an account, AWSServiceRoleForOrganizations, once the change has committed. */
export const linkRole = (orgs: Orgs, account: string): void => orgs.in({ account }).enqueue('makeLinkedRole', { account })

/** Makes it; one that is there already is right. */
export async function makeLinkedRole(orgs: Orgs, { account }: { account: string }): Promise<void> {
  const { iam } = orgs.in({ account }).as({ principal: rootOf(account) })
  const Description = 'Service-linked role used by AWS Organizations to enable integration of other AWS services with Organizations.'
  await iam.CreateServiceLinkedRole({ AWSServiceName: 'organizations.amazonaws.com', Description })
    .catch((error: Error) => {
      // Where a policy of the organization forbids it, the account does without, as nothing here acts by it.
      if (!['InvalidInputException', 'AccessDenied'].includes(error.name)) throw error
    })
}
