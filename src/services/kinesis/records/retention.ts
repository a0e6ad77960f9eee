import { isOpen } from '../shards/shard.ts'
import { hourMs, trimBefore, type Kinesis } from '../state.ts'
import { sequenceAt } from './sequences.ts'

const rowsPerTransaction = 500

/** Removes records that have outlived the stream's retention, and closed shards that have none left; once an hour while the stream exists. */
export async function trim(kinesis: Kinesis, { name, id }: { name: string, id: string }): Promise<void> {
  const stream = await kinesis.tables.streams.get(name)
  if (stream?.id !== id) return
  const bound = trimBefore(kinesis, stream)
  for (const { shard, ...row } of await kinesis.tables.shards.list({ prefix: [id] })) {
    const expired = { prefix: [id, shard], before: [id, shard, sequenceAt(bound, 0)], limit: rowsPerTransaction }
    for (let full = true; full;) {
      full = await kinesis.transact(async (inside: Kinesis) => {
        const records = await inside.tables.records.list(expired)
        for (const record of records) await inside.tables.records.delete(id, shard, record.sequence)
        return records.length === rowsPerTransaction
      })
    }
    if (!isOpen({ shard, ...row }) && row.closedAt! < bound) await kinesis.tables.shards.delete(id, shard)
  }
  await kinesis.transact(async (inside: Kinesis) => scheduleTrim(inside, { name, id }))
}

export const scheduleTrim = (kinesis: Kinesis, stream: { name: string, id: string }): void =>
  kinesis.enqueue('trim', { name: stream.name, id: stream.id }, { id: stream.id, at: kinesis.now() + hourMs })
