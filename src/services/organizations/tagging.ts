import { tagProblem, tagsFromList, type Tags } from '../../platform/tags.ts'
import { constraintViolation, invalidInput } from './state.ts'

/** The tags of an input, checked against those that stand. */
export function newTags(list: readonly { Key?: string | undefined, Value?: string | undefined }[] | undefined, existing: Tags = {}): Tags {
  const tags = tagsFromList(list)
  if (Object.keys(tags).length < (list?.length ?? 0)) {
    throw invalidInput('DUPLICATE_TAG_KEY', 'Tag keys must be unique among the tags attached to the same entity.')
  }
  const problem = tagProblem(tags, existing)
  if (problem?.startsWith('System tags')) throw invalidInput('INVALID_SYSTEM_TAGS_PARAMETER', problem)
  if (problem !== undefined) throw constraintViolation('MAX_TAG_LIMIT_EXCEEDED', problem)
  return { ...existing, ...tags }
}
