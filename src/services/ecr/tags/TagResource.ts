import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import { InvalidParameterException, TooManyTagsException, type Ecr, type Input, type Output } from '../state.ts'
import { taggedRepository } from './tagged.ts'

/** Adds tags to a repository, or overwrites them. */
export async function TagResource(ecr: Ecr, input: Input<'TagResource'>): Promise<Output<'TagResource'>> {
  const row = await taggedRepository(ecr, input.resourceArn!)
  const tags = tagsFromList(input.tags)
  const problem = tagProblem(tags, row.tags)
  if (problem) throw new (/exceeds the limit/.test(problem) ? TooManyTagsException : InvalidParameterException)(problem)
  await ecr.tables.repositories.put({ ...row, tags: { ...row.tags, ...tags } })
  return {}
}
