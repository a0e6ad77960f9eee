import type { Ecr, Input, Output } from '../state.ts'
import { taggedRepository } from './tagged.ts'

/** Removes tags from a repository. */
export async function UntagResource(ecr: Ecr, input: Input<'UntagResource'>): Promise<Output<'UntagResource'>> {
  const row = await taggedRepository(ecr, input.resourceArn!)
  await ecr.tables.repositories.put({ ...row, tags: Object.fromEntries(Object.entries(row.tags).filter(([key]) => !input.tagKeys!.includes(key))) })
  return {}
}
