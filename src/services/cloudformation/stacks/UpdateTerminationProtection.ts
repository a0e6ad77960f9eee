import type { UpdateTerminationProtectionInput, UpdateTerminationProtectionOutput } from '@aws-sdk/client-cloudformation'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { requireStack } from './stack.ts'

/** Protects a stack from being deleted, or takes the protection away; nested stacks have that of their root. */
export async function UpdateTerminationProtection(cfn: CloudFormation, input: UpdateTerminationProtectionInput): Promise<UpdateTerminationProtectionOutput> {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  if (stack.rootId !== undefined) {
    throw new ValidationError(`Termination protection of the nested stack [${stack.name}] is that of its root stack [${stack.rootId}].`)
  }
  await cfn.tables.stacks.put({ ...stack, terminationProtection: input.EnableTerminationProtection ?? false })
  return { StackId: stack.id }
}
