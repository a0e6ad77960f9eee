import type { Input, Output, SecretsManager } from '../state.ts'
import { secretAt } from '../secrets/secret.ts'

/** The policy of a secret, where it has one. */
export async function GetResourcePolicy(scope: SecretsManager, input: Input<'GetResourcePolicy'>): Promise<Output<'GetResourcePolicy'>> {
  const { row } = await secretAt(scope, input.SecretId!, { deleted: true })
  return { ARN: row.arn, Name: row.name, ...row.policy !== undefined && { ResourcePolicy: row.policy } }
}
