import type { Input, Sns } from '../state.ts'
import { taggedTopic } from './tagged.ts'

/** Takes tags away; one that is not there is no error. Errors: ResourceNotFound. */
export async function UntagResource(sns: Sns, input: Input<'UntagResource'>): Promise<{}> {
  const { at, topic } = await taggedTopic(sns, input.ResourceArn)
  const tags = Object.fromEntries(Object.entries(topic.tags).filter(([key]) => !input.TagKeys!.includes(key)))
  await at.tables.topics.put({ ...topic, tags })
  return {}
}
