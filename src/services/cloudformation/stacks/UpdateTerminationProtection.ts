import type { UpdateTerminationProtectionInput, UpdateTerminationProtectionOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { requireStack } from './stack.ts'

/** Protects a stack from being deleted, or takes the protection away. */
export async function UpdateTerminationProtection(cfn: CloudFormation, input: UpdateTerminationProtectionInput): Promise<UpdateTerminationProtectionOutput> {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  await cfn.tables.stacks.put({ ...stack, terminationProtection: input.EnableTerminationProtection ?? false })
  return { StackId: stack.id }
}
