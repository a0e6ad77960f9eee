import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import { InvalidParameterException, type Input, type Output, type SecretsManager } from '../state.ts'
import { secretAt } from '../secrets/secret.ts'

/** Sets tags of a secret, beside those that it has. */
export async function TagResource(scope: SecretsManager, input: Input<'TagResource'>): Promise<Output<'TagResource'>> {
  const { at, row } = await secretAt(scope, input.SecretId!)
  const tags = tagsFromList(input.Tags)
  const problem = tagProblem(tags, row.tags)
  if (problem) throw new InvalidParameterException(problem)
  await at.tables.secrets.put({ ...row, tags: { ...row.tags, ...tags } })
  return {}
}
