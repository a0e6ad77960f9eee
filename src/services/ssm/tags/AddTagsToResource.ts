import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import { ValidationException, type Input, type Output, type Ssm } from '../state.ts'
import { taggedParameter } from './tagged.ts'

/** Adds tags to a parameter, or overwrites them. */
export async function AddTagsToResource(ssm: Ssm, input: Input<'AddTagsToResource'>): Promise<Output<'AddTagsToResource'>> {
  const row = await taggedParameter(ssm, input)
  const tags = tagsFromList(input.Tags)
  const problem = tagProblem(tags, row.tags)
  if (problem) throw new ValidationException(problem)
  await ssm.tables.parameters.put({ ...row, tags: { ...row.tags, ...tags } })
  return {}
}
