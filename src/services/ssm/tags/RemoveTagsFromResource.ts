import type { Input, Output, Ssm } from '../state.ts'
import { taggedParameter } from './tagged.ts'

/** Removes tags from a parameter. */
export async function RemoveTagsFromResource(ssm: Ssm, input: Input<'RemoveTagsFromResource'>): Promise<Output<'RemoveTagsFromResource'>> {
  const row = await taggedParameter(ssm, input)
  await ssm.tables.parameters.put({ ...row, tags: Object.fromEntries(Object.entries(row.tags).filter(([key]) => !input.TagKeys!.includes(key))) })
  return {}
}
