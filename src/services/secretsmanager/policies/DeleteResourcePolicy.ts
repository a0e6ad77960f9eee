import type { Input, Output, SecretsManager } from '../state.ts'
import { secretAt } from '../secrets/secret.ts'

/** Takes the policy of a secret away; none is no error. */
export async function DeleteResourcePolicy(scope: SecretsManager, input: Input<'DeleteResourcePolicy'>): Promise<Output<'DeleteResourcePolicy'>> {
  const { at, row: { policy: _, ...row } } = await secretAt(scope, input.SecretId!, { deleted: true })
  await at.tables.secrets.put(row)
  return { ARN: row.arn, Name: row.name }
}
