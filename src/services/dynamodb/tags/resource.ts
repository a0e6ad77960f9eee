import { parseArn } from '../../../platform/arns.ts'
import { ValidationException } from '../../../platform/errors.ts'
import { ResourceNotFoundException, type Db, type TableRow } from '../state.ts'

/** The table that an ARN names. */
export async function taggedTable(db: Db, resourceArn: string | undefined): Promise<TableRow> {
  const resource = parseArn(resourceArn ?? '')
  const name = resource?.service === 'dynamodb' ? /^table\/([^/]+)$/.exec(resource.resource)?.[1] : undefined
  if (!resource || name === undefined) throw new ValidationException(`Invalid TableArn: Invalid ResourceArn provided as input ${resourceArn}`)
  const table = await db.tables.tables.get(name)
  if (!table || resource.account !== db.account || resource.region !== db.region) {
    throw new ResourceNotFoundException(`Requested resource not found: ResourcArn: ${resourceArn} not found`)
  }
  return table
}
