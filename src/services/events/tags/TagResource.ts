import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import { ValidationException, type Events, type Input, type Output } from '../state.ts'
import { tagged } from './tagged.ts'

/** Adds tags to a rule or a bus, or overwrites them. */
export async function TagResource(events: Events, input: Input<'TagResource'>): Promise<Output<'TagResource'>> {
  const { tags, write } = await tagged(events, input.ResourceARN!)
  const given = tagsFromList(input.Tags)
  const problem = tagProblem(given, tags)
  if (problem) throw new ValidationException(problem)
  await write({ ...tags, ...given })
  return {}
}
