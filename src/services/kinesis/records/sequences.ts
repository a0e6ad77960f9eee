import type { Position, SequenceForm } from '../../../platform/sequences.ts'

/** 56 digits as AWS's are: version, milliseconds, a counter, the shard. They rise with time. */
const write = ({ ms, counter }: Position, shard: number): string =>
  `49${String(ms).padStart(15, '0')}${String(counter).padStart(19, '0')}${String(shard).padStart(10, '0')}0000000002`

/** The log of a shard is `stream id/shard id`. */
export const sequenceForm: SequenceForm = {
  write: (position, log) => write(position, shardNumber(log.slice(log.lastIndexOf('/') + 1))),
  read: text => ({ ms: Number(text.slice(2, 17)), counter: Number(text.slice(17, 36)) }),
}

/** The number before every record that a shard gets from a time on. */
export const sequenceAt = (ms: number, shard: number): string => write({ ms, counter: 0 }, shard)

/** Milliseconds since 1970 in a number of ours; undefined for any other text. */
export const timeOfSequence = (text: string): number | undefined => /^49\d{54}$/.test(text) ? sequenceForm.read(text).ms : undefined

export const shardNumber = (id: string): number => Number(id.slice('shardId-'.length))
export const shardId = (number: number): string => `shardId-${String(number).padStart(12, '0')}`
