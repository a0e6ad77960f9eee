import { awsError } from '../../../platform/errors.ts'
import { tableNameOf, type Db, type Input, type Output } from '../state.ts'

const TableNotFoundException = awsError('TableNotFoundException')

/** There is no point-in-time recovery; tools that ask before they show a table are told so. */
export async function DescribeContinuousBackups(db: Db, input: Input<'DescribeContinuousBackups'>): Promise<Output<'DescribeContinuousBackups'>> {
  const name = tableNameOf(input.TableName)
  if (!await db.tables.tables.get(name)) throw new TableNotFoundException(`Table not found: ${name}`)
  return { ContinuousBackupsDescription: { ContinuousBackupsStatus: 'DISABLED', PointInTimeRecoveryDescription: { PointInTimeRecoveryStatus: 'DISABLED' } } }
}
