import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { ExpiredIteratorException, InvalidArgumentException, iteratorLifeMs, type Kinesis, type ShardRow, type StreamRow } from '../state.ts'
import type { Position } from './positions.ts'

export interface Iterator { streamName: string, streamId: string, shard: string, position: Position }

/** An iterator is a token of its own: it holds for five minutes and needs no row. */
export const iteratorOf = (kinesis: Kinesis, stream: StreamRow, shard: ShardRow, { mode, sequence }: Position): string =>
  encodeToken('shard-iterator', [stream.name, stream.id, shard.shard, mode, sequence, kinesis.now()])

/** What an iterator says; InvalidArgumentException for what is none, ExpiredIteratorException for one of more than five minutes. */
export function readIterator(kinesis: Kinesis, token: string): Iterator {
  const parts = decodeToken('shard-iterator', token)
  if (!parts || parts.length !== 6) throw new InvalidArgumentException('Invalid ShardIterator.')
  const [streamName, streamId, shard, mode, sequence, issued] = parts as [string, string, string, Position['mode'], string, number]
  const now = kinesis.now()
  if (now - issued > iteratorLifeMs) {
    throw new ExpiredIteratorException(
      `Iterator expired. The iterator was created at time ${javaDate(issued)} while right now it is ${javaDate(now)} which is further in the `
      + `future than the tolerated delay of ${iteratorLifeMs} milliseconds.`,
    )
  }
  return { streamName, streamId, shard, position: { mode, sequence } }
}

/** `Tue Nov 24 03:12:22 UTC 2026` */
function javaDate(ms: number): string {
  const [day, date, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ')
  return `${day} ${month} ${date} ${time} UTC ${year}`
}
