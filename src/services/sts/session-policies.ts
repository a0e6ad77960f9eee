import type { Principal } from '../../contracts/principal.ts'
import { policyProblem } from '../../platform/policy/validate.ts'
import { MalformedPolicyDocument, PackedPolicyTooLarge, sessionPolicyCharactersMax, ValidationError, type Sts } from './state.ts'

/** What narrows a session: its inline policy and managed policies of the account, checked. */
export async function sessionPolicies(
  sts: Sts, account: string, input: { Policy?: string | undefined, PolicyArns?: { arn?: string | undefined }[] | undefined },
): Promise<Pick<Principal, 'sessionPolicies' | 'sessionPolicyArns'>> {
  const arns = (input.PolicyArns ?? []).map(one => one.arn ?? '')
  if (input.Policy !== undefined) {
    const problem = policyProblem(input.Policy, 'identity')
    if (problem) throw new MalformedPolicyDocument(problem)
    if (input.Policy.length > sessionPolicyCharactersMax) {
      throw new PackedPolicyTooLarge(`Serialized token too large for session: the policy has more than ${sessionPolicyCharactersMax} characters`)
    }
  }
  for (const arn of arns) {
    const owner = arn.split(':')[4]
    if ((owner !== 'aws' && owner !== account) || await sts.state.sessions.managedPolicy(arn) === undefined) {
      throw new ValidationError(`Policy ${arn} does not exist or is not attachable.`)
    }
  }
  return { ...input.Policy !== undefined && { sessionPolicies: [input.Policy] }, ...arns.length > 0 && { sessionPolicyArns: arns } }
}

/** How much of a session's room its policies and tags take, in percent; absent where it has none. */
export function packedSize(
  input: { Policy?: string | undefined, PolicyArns?: { arn?: string | undefined }[] | undefined }, tags: Record<string, string> = {}
): { PackedPolicySize?: number } {
  const characters = (input.Policy?.length ?? 0) + (input.PolicyArns ?? []).reduce((sum, one) => sum + (one.arn?.length ?? 0), 0) +
    JSON.stringify(tags).length - 2
  return characters > 0 ? { PackedPolicySize: Math.min(100, Math.ceil(characters / sessionPolicyCharactersMax * 100 / 2)) } : {}
}
