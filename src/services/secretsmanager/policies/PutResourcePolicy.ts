import { MalformedPolicyDocumentException, PublicPolicyException, type Input, type Output, type SecretsManager } from '../state.ts'
import { secretAt } from '../secrets/secret.ts'
import { isPublic, problemOf } from './policy.ts'

/** Sets who may use a secret. */
export async function PutResourcePolicy(scope: SecretsManager, input: Input<'PutResourcePolicy'>): Promise<Output<'PutResourcePolicy'>> {
  const { at, row } = await secretAt(scope, input.SecretId!)
  const policy = input.ResourcePolicy!
  const problem = problemOf(policy)
  if (problem) throw new MalformedPolicyDocumentException(`This resource policy contains a syntax error: ${problem}`)
  if (input.BlockPublicPolicy && isPublic(policy)) {
    throw new PublicPolicyException('You set a public policy, BlockPublicPolicy is enabled, and the secret must not have broad access.')
  }
  await at.tables.secrets.put({ ...row, policy })
  return { ARN: row.arn, Name: row.name }
}
