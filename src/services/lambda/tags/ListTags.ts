import type { Input, Lambda, Output } from '../state.ts'
import { tagsAt } from './tagged.ts'

/** The tags of a function, an event source mapping or a code signing configuration. */
export async function ListTags(lambda: Lambda, input: Input<'ListTags'>): Promise<Output<'ListTags'>> {
  return { Tags: await tagsAt(lambda, input.Resource) }
}
