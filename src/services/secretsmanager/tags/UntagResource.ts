import type { Input, Output, SecretsManager } from '../state.ts'
import { secretAt } from '../secrets/secret.ts'

/** Takes tags off a secret; one that it has not is no error. */
export async function UntagResource(scope: SecretsManager, input: Input<'UntagResource'>): Promise<Output<'UntagResource'>> {
  const { at, row } = await secretAt(scope, input.SecretId!)
  const tags = Object.fromEntries(Object.entries(row.tags).filter(([key]) => !input.TagKeys?.includes(key)))
  await at.tables.secrets.put({ ...row, tags })
  return {}
}
