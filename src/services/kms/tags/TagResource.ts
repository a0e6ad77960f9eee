import { tagProblem } from '../../../platform/tags.ts'
import { TagException, type Input, type Kms, type Output } from '../state.ts'
import { checkLiving, keyById } from '../keys/key.ts'
import { tagsOf } from './tags.ts'

/** Sets tags of a key, beside those that it has. */
export async function TagResource(kms: Kms, input: Input<'TagResource'>): Promise<Output<'TagResource'>> {
  const { at, row } = await keyById(kms, input.KeyId!)
  checkLiving(row)
  const tags = tagsOf(input.Tags)
  const problem = tagProblem(tags, row.tags)
  if (problem) throw new TagException(problem)
  await at.tables.keys.put({ ...row, tags: { ...row.tags, ...tags } })
  return {}
}
