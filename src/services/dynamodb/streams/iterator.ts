import { ValidationException } from '../../../platform/errors.ts'
import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { ExpiredIteratorException, type Db } from '../state.ts'

const lifeMs = 15 * 60_000

export interface Position { mode: 'at' | 'after', sequence: string }

/** An iterator is a token of its own, good for 15 minutes; it begins with the stream's ARN, as AWS's do. */
export const iteratorOf = (db: Db, streamArn: string, { mode, sequence }: Position): string =>
  `${streamArn}|1|${encodeToken('stream-iterator', [mode, sequence, db.now()])}`

export function readIterator(db: Db, token: string): { streamArn: string, position: Position } {
  const [streamArn, , text] = token.split('|')
  const parts = text === undefined ? undefined : decodeToken('stream-iterator', text)
  if (!parts || streamArn === undefined) throw new ValidationException('Invalid ShardIterator')
  const [mode, sequence, issued] = parts as [Position['mode'], string, number]
  if (db.now() - issued > lifeMs) throw new ExpiredIteratorException('The provided iterator exceeds the maximum age.')
  return { streamArn, position: { mode, sequence } }
}
