import type { SetStackPolicyInput } from '@aws-sdk/client-cloudformation'
import { processedTemplate } from '../engine/processed.ts'
import { longRunning } from '../../../platform/service.ts'
import { requireStack } from '../stacks/stack.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { policyGiven } from './policy-input.ts'

/** Sets what updates may do to a stack's resources. A policy can be changed afterwards, but not taken away. */
export const SetStackPolicy = longRunning(async (cfn: CloudFormation, input: SetStackPolicyInput): Promise<Record<never, never>> => {
  const stack = await requireStack(cfn, input.StackName, name => `Stack [${name}] does not exist`)
  const template = stack.model.templateId === '' ? undefined : await processedTemplate(cfn, stack.model.templateId)
  const policy = await policyGiven(cfn, input.StackPolicyBody, input.StackPolicyURL, template)
  if (policy === undefined) throw new ValidationError('You must specify either StackPolicyURL or StackPolicyBody')
  await cfn.transact(async tx => tx.tables.stacks.put({ ...await requireStack(tx, stack.id), policy }))
  return {}
})
