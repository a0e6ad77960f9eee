import type { DeleteResourcePolicyCommandInput } from '@aws-sdk/client-cloudwatch-logs'
import { InvalidParameterException, refuseMembers, ResourceNotFoundException, type Logs } from '../state.ts'

/** Deletes a resource policy. */
export async function DeleteResourcePolicy(logs: Logs, input: DeleteResourcePolicyCommandInput): Promise<object> {
  refuseMembers(input, ['resourceArn', 'expectedRevisionId'])
  if (!input.policyName) throw new InvalidParameterException('policyName must be provided.')
  if (!await logs.tables.resourcePolicies.get(input.policyName)) throw new ResourceNotFoundException(`Policy with name [${input.policyName}] does not exist`)
  await logs.tables.resourcePolicies.delete(input.policyName)
  return {}
}
