import type { StreamSpecification } from '@aws-sdk/client-dynamodb'
import { ValidationException } from '../../../platform/errors.ts'
import type { Db, TableRow } from '../state.ts'

/** A stream as a table is given one; none where it is absent or switched off. */
export function streamOf(_db: Db, specification: StreamSpecification | undefined): TableRow['stream'] {
  if (!specification) return undefined
  if (!specification.StreamEnabled) {
    if (specification.StreamViewType) throw new ValidationException('One or more parameter values were invalid: StreamViewType specified, but StreamEnabled is false')
    return undefined
  }
  throw new ValidationException('StreamSpecification.StreamEnabled is not supported by Fogbank.')
}
