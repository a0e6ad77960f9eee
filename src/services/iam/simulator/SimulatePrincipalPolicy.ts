import type { Iam, Input, Output } from '../state.ts'
import { answerSimulation, settingsOf } from './answer.ts'
import { givenBoundary, givenPolicies, policiesOfPrincipal } from './sources.ts'

/** Says what the policies of a user, a group or a role (and more that the request brings) would allow. Errors: InvalidInput, NoSuchEntity. */
export async function SimulatePrincipalPolicy(iam: Iam, input: Input<'SimulatePrincipalPolicy'>): Output<'SimulatePrincipalPolicy'> {
  const source = await policiesOfPrincipal(iam, input.PolicySourceArn)
  const caller = input.CallerArn ?? (source.arn.includes(':group/') ? undefined : source.arn)
  const policies = [...source.policies, ...givenPolicies('PolicyInputList', input.PolicyInputList)]
  return answerSimulation(
    { ...settingsOf(input, caller), policies, boundary: givenBoundary(input.PermissionsBoundaryPolicyInputList) ?? source.boundary }, input
  )
}
