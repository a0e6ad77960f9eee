import type { Events, Input, Output } from '../state.ts'
import { tagged } from './tagged.ts'

/** Removes tags from a rule or a bus. */
export async function UntagResource(events: Events, input: Input<'UntagResource'>): Promise<Output<'UntagResource'>> {
  const { tags, write } = await tagged(events, input.ResourceARN!)
  await write(Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys!.includes(key))))
  return {}
}
