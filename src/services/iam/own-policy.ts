import { AccessDenied, type Iam, type PolicyRow } from './state.ts'
import { managedPolicy } from './managed.ts'

/** A policy that the account may change; throws AccessDenied for one that AWS keeps. */
export async function ownPolicy(iam: Iam, arn: string | undefined): Promise<PolicyRow> {
  const row = await managedPolicy(iam, arn)
  if (row.arn.includes(':iam::aws:')) throw new AccessDenied(`Cannot change the AWS managed policy ${row.arn}.`)
  return row
}
