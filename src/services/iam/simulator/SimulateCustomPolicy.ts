import type { Iam, Input, Output } from '../state.ts'
import { answerSimulation, settingsOf } from './answer.ts'
import { givenBoundary, givenPolicies } from './sources.ts'

/** Says what policies of the request would allow of actions on resources, without doing any. Errors: InvalidInput. */
export async function SimulateCustomPolicy(_iam: Iam, input: Input<'SimulateCustomPolicy'>): Output<'SimulateCustomPolicy'> {
  const policies = givenPolicies('PolicyInputList', input.PolicyInputList)
  return answerSimulation({ ...settingsOf(input, input.CallerArn), policies, boundary: givenBoundary(input.PermissionsBoundaryPolicyInputList) }, input)
}
