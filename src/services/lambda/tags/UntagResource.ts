import type { Input, Lambda, Output } from '../state.ts'
import { changeTags } from './tagged.ts'

/** Removes tags from a function, an event source mapping or a code signing configuration. */
export async function UntagResource(lambda: Lambda, input: Input<'UntagResource'>): Promise<Output<'UntagResource'>> {
  return changeTags(lambda, input.Resource, tags => Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys!.includes(key))))
}
