import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import { invalid, TagLimitExceededException, type Input, type Sns } from '../state.ts'
import { taggedTopic } from './tagged.ts'

/** Adds tags to a topic, 50 at most, or overwrites them. Errors: ResourceNotFound, TagLimitExceeded, InvalidParameter. */
export async function TagResource(sns: Sns, input: Input<'TagResource'>): Promise<{}> {
  const { at, topic } = await taggedTopic(sns, input.ResourceArn)
  const tags = tagsFromList(input.Tags)
  const problem = tagProblem(tags, topic.tags)
  if (problem) throw problem.startsWith('The number') ? new TagLimitExceededException('Could not complete request: tag quota of per resource exceeded')
    : invalid(`Tags Reason: ${problem}`)
  if (Object.keys(tags).length < (input.Tags ?? []).length) throw invalid('Duplicated keys are not allowed.')
  await at.tables.topics.put({ ...topic, tags: { ...topic.tags, ...tags } })
  return {}
}
