import { tableNamed, type Db, type Input, type Output } from '../state.ts'
import { describeTable } from './description.ts'

/** A table's definition and state. ItemCount and TableSizeBytes are counted about every six hours, as on AWS. */
export async function DescribeTable(db: Db, input: Input<'DescribeTable'>): Promise<Output<'DescribeTable'>> {
  return { Table: describeTable(db, await tableNamed(db, input.TableName)) }
}
