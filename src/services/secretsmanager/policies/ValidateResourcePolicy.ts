import type { Input, Output, SecretsManager } from '../state.ts'
import { secretAt } from '../secrets/secret.ts'
import { isPublic, problemOf } from './policy.ts'

/** Says whether PutResourcePolicy would take a policy, and whether it lets everybody in. */
export async function ValidateResourcePolicy(scope: SecretsManager, input: Input<'ValidateResourcePolicy'>): Promise<Output<'ValidateResourcePolicy'>> {
  if (input.SecretId !== undefined) await secretAt(scope, input.SecretId)
  const problem = problemOf(input.ResourcePolicy!)
  const ValidationErrors = problem !== undefined
    ? [{ CheckName: 'SYNTAX_CHECK', ErrorMessage: problem }]
    : isPublic(input.ResourcePolicy!) ? [{ CheckName: 'PUBLIC_POLICY_CHECK', ErrorMessage: 'The policy grants access to everybody.' }] : []
  return { PolicyValidationPassed: ValidationErrors.length === 0, ValidationErrors }
}
