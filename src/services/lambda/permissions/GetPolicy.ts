import { functionRow } from '../functions/function.ts'
import { functionName } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { ResourceNotFoundException } from '../state.ts'
import { policyDocument } from './AddPermission.ts'

/** The policy of a function, a version or an alias. */
export async function GetPolicy(lambda: Lambda, input: Input<'GetPolicy'>): Promise<Output<'GetPolicy'>> {
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  const policy = (await functionRow(lambda, name, qualifier)).policies[qualifier ?? '$LATEST']
  if (!policy) throw new ResourceNotFoundException('The resource you requested does not exist.')
  return { Policy: policyDocument(policy), RevisionId: policy.revisionId }
}
