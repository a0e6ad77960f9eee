import { ValidationException } from '../../../platform/errors.ts'
import type { ListOptions } from '../../../platform/tables.ts'
import { parseCondition } from '../expressions/condition.ts'
import { Placeholders } from '../expressions/placeholders.ts'
import { parseProjection } from '../expressions/projection.ts'
import { tableFor, type Db, type Input, type Output, violation } from '../state.ts'
import { fromFilter, refuseMixture } from './legacy.ts'
import { legacyPaths } from './projection.ts'
import { checkReading, indexNamed, readPage, startKeyOf, type Reading } from './reading.ts'

const hashes = 2 ** 32

/** Reads all items of a table or index, or of a segment of it, in the order of the hashes of their partition keys. */
export async function Scan(db: Db, input: Input<'Scan'>): Promise<Output<'Scan'>> {
  const { FilterExpression, ProjectionExpression, Segment: segment, TotalSegments: segments } = input
  refuseMixture(input, ['FilterExpression', 'ProjectionExpression'], ['AttributesToGet', 'ScanFilter', 'ConditionalOperator'])
  const placeholders = new Placeholders(input, { ProjectionExpression, FilterExpression }, ['FilterExpression'])
  const filter = FilterExpression === undefined
    ? fromFilter(input.ScanFilter, input.ConditionalOperator)
    : parseCondition('FilterExpression', FilterExpression, placeholders)
  const paths = ProjectionExpression === undefined ? legacyPaths(input.AttributesToGet) : parseProjection(ProjectionExpression, placeholders)
  placeholders.checkUsed()
  checkSegments(segment, segments)
  const table = await tableFor(db, input.TableName)
  const index = indexNamed(table, input.IndexName)
  const reading: Reading = {
    table, index, filter, paths, select: input.Select, limit: input.Limit, consistent: input.ConsistentRead, capacityAsked: input.ReturnConsumedCapacity,
  }
  checkReading(reading)
  const prefix = index ? [table.id, index.id] : [table.id]
  const options: ListOptions = { prefix }
  const [first, end] = segments === undefined ? [0, hashes] : [Math.ceil(segment! * hashes / segments), Math.ceil((segment! + 1) * hashes / segments)]
  if (first > 0) options.from = [...prefix, first]
  if (end < hashes) options.before = [...prefix, end]
  if (input.ExclusiveStartKey) {
    const start = startKeyOf(reading, input.ExclusiveStartKey)
    if (start.h < first || start.h >= end) {
      throw new ValidationException('The provided starting key is invalid: Invalid ExclusiveStartKey. ' +
        `Please use ExclusiveStartKey with correct Segment. TotalSegments: ${segments} Segment: ${segment}`)
    }
    options.after = start.position
  }
  return readPage(db, reading, options)
}

function checkSegments(segment: number | undefined, segments: number | undefined): void {
  if (segment !== undefined && segments === undefined) {
    throw new ValidationException('The TotalSegments parameter is required but was not present in the request when Segment parameter is present')
  }
  if (segments !== undefined && segment === undefined) {
    throw new ValidationException('The Segment parameter is required but was not present in the request when parameter TotalSegments is present')
  }
  if (segment === undefined || segments === undefined) return
  const wrong = (value: number, member: string, constraint: string) =>
    violation(value, member, `have value ${constraint}`)
  if (segments < 1) throw wrong(segments, 'totalSegments', 'greater than or equal to 1')
  if (segments > 1_000_000) throw wrong(segments, 'totalSegments', 'less than or equal to 1000000')
  if (segment < 0) throw wrong(segment, 'segment', 'greater than or equal to 0')
  if (segment >= segments) {
    throw new ValidationException(
      `The Segment parameter is zero-based and must be less than parameter TotalSegments: Segment: ${segment} is not less than TotalSegments: ${segments}`
    )
  }
}
