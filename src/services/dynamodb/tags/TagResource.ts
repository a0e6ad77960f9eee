import { ValidationException } from '../../../platform/errors.ts'
import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import type { Db, Input, Output } from '../state.ts'
import { taggedTable } from './resource.ts'

/** Adds tags to a table, or gives those it has other values. */
export async function TagResource(db: Db, input: Input<'TagResource'>): Promise<Output<'TagResource'>> {
  const table = await taggedTable(db, input.ResourceArn)
  const tags = tagsFromList(input.Tags)
  const problem = tagProblem(tags, table.tags)
  if (problem) throw new ValidationException(problem)
  await db.tables.tables.put({ ...table, tags: { ...table.tags, ...tags } })
  return {}
}
