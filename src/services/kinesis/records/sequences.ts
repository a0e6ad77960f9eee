import type { Sequences, Ticket } from '../state.ts'

interface Position { ms: number, counter: number }

/** 56 digits as AWS's are: version, milliseconds, a counter, the shard. They rise with time. */
const write = ({ ms, counter }: Position, shard: number): string =>
  `49${String(ms).padStart(15, '0')}${String(counter).padStart(19, '0')}${String(shard).padStart(10, '0')}0000000002`

const read = (text: string): Position => ({ ms: Number(text.slice(2, 17)), counter: Number(text.slice(17, 36)) })

/** The number before every record that a shard gets from a time on. */
export const sequenceAt = (ms: number, shard: number): string => write({ ms, counter: 0 }, shard)

/** Milliseconds since 1970 in a number of ours; undefined for any other text. */
export const timeOfSequence = (text: string): number | undefined => /^49\d{54}$/.test(text) ? read(text).ms : undefined

export const shardNumber = (id: string): number => Number(id.slice('shardId-'.length))
export const shardId = (number: number): string => `shardId-${String(number).padStart(12, '0')}`

export function sequences(): Sequences {
  const last = new Map<string, Position>()
  const open = new Map<string, Set<Ticket>>()
  return {
    async allot(kinesis, stream, shard, count) {
      const key = `${stream}/${shard}`
      if (!last.has(key)) {
        const [newest] = await kinesis.tables.records.list({ prefix: [stream, shard], reverse: true, limit: 1 })
        if (!last.has(key)) last.set(key, newest ? read(newest.sequence) : { ms: 0, counter: 0 })
      }
      const position = last.get(key)!
      const ms = Math.max(position.ms, kinesis.now())
      const numbers = Array.from({ length: count }, (_, index) => write({ ms, counter: position.counter + 1 + index }, shardNumber(shard)))
      last.set(key, { ms, counter: position.counter + count })
      const ticket: Ticket = { key, numbers }
      const tickets = open.get(key) ?? new Set()
      open.set(key, tickets.add(ticket))
      return ticket
    },
    settled(ticket) {
      const tickets = open.get(ticket.key)
      tickets?.delete(ticket)
      if (tickets?.size === 0) open.delete(ticket.key)
    },
    horizon(stream, shard) {
      // Tickets are handed out in rising order, and a set keeps that order.
      for (const ticket of open.get(`${stream}/${shard}`) ?? []) return ticket.numbers[0]
      return undefined
    },
    forget(stream) {
      for (const key of last.keys()) if (key.startsWith(`${stream}/`)) last.delete(key)
    },
  }
}
