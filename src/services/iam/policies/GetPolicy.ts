import { managedPolicy, usageOf } from '../managed.ts'
import type { Iam, Input, Output } from '../state.ts'
import { policyView } from '../views.ts'

/** Answers a managed policy, of the account or of AWS, without its document. */
export async function GetPolicy(iam: Iam, input: Input<'GetPolicy'>): Output<'GetPolicy'> {
  const row = await managedPolicy(iam, input.PolicyArn)
  return { Policy: policyView(row, await usageOf(iam, row.arn)) }
}
