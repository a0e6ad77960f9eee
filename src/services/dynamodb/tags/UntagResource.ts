import type { Db, Input, Output } from '../state.ts'
import { taggedTable } from './resource.ts'

/** Takes tags off a table by their keys. */
export async function UntagResource(db: Db, input: Input<'UntagResource'>): Promise<Output<'UntagResource'>> {
  const table = await taggedTable(db, input.ResourceArn)
  const tags = Object.fromEntries(Object.entries(table.tags).filter(([key]) => !input.TagKeys?.includes(key)))
  await db.tables.tables.put({ ...table, tags })
  return {}
}
