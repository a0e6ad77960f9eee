import type { GetStackPolicyInput, GetStackPolicyOutput } from '@aws-sdk/client-cloudformation'
import { requireStack } from '../stacks/stack.ts'
import type { CloudFormation } from '../state.ts'

/** A stack's policy; nothing where it has none. */
export async function GetStackPolicy(cfn: CloudFormation, input: GetStackPolicyInput): Promise<GetStackPolicyOutput> {
  const { policy } = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  return policy === undefined ? {} : { StackPolicyBody: policy }
}
