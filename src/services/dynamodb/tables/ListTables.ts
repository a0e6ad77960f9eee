import { pageOf } from '../../../platform/pagination.ts'
import { type Db, type Input, type Output, violation } from '../state.ts'

/** Names of tables in their order, up to 100 a page. */
export async function ListTables(db: Db, input: Input<'ListTables'>): Promise<Output<'ListTables'>> {
  const limit = input.Limit ?? 100
  if (limit < 1 || limit > 100) {
    throw violation(limit, 'limit', `have value ${
      limit < 1 ? 'greater than or equal to 1' : 'less than or equal to 100'}`)
  }
  const after = input.ExclusiveStartTableName
  const { page, last } = pageOf(await db.tables.tables.list({ limit: limit + 1, ...after !== undefined && { after: [after] } }), limit)
  return { TableNames: page.map(({ name }) => name), ...last && { LastEvaluatedTableName: last.name } }
}
