import { tagProblem } from '../../../platform/tags.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'
import { changeTags } from './tagged.ts'

/** Adds tags to a function, an event source mapping or a code signing configuration, or overwrites them. */
export async function TagResource(lambda: Lambda, input: Input<'TagResource'>): Promise<Output<'TagResource'>> {
  return changeTags(lambda, input.Resource, tags => {
    const problem = tagProblem(input.Tags!, tags)
    if (problem) throw new InvalidParameterValueException(problem)
    return { ...tags, ...input.Tags }
  })
}
