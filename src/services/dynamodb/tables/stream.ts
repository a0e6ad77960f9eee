import type { StreamSpecification } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import type { Db, TableRow } from '../state.ts'

/** A stream as a new table is given one; none where it is absent or switched off. */
export function streamOf(_db: Db, specification: StreamSpecification | undefined): TableRow['stream'] {
  if (!specification) return undefined
  if (!specification.StreamEnabled) {
    if (specification.StreamViewType) throw new ValidationException('One or more parameter values were invalid: StreamViewType specified, but StreamEnabled is false')
    return undefined
  }
  throw new ValidationException('StreamSpecification.StreamEnabled is not supported by Fogbank.')
}

/** Switches the stream of a table on or off. */
export function updateStream(db: Db, table: TableRow, specification: StreamSpecification): void {
  const stream = streamOf(db, specification)
  if (!stream && !table.stream?.enabled) throw new ValidationException('Table is not a stream enabled table: TableName: ' + table.name)
}
