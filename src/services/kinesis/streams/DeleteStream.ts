import { ResourceInUseException, streamNamed, type Input, type Kinesis } from '../state.ts'

/** Deletes a stream; its shards and records are removed afterwards. One with consumers is refused unless EnforceConsumerDeletion is given. */
export async function DeleteStream(kinesis: Kinesis, input: Input<'DeleteStream'>): Promise<object> {
  const stream = await streamNamed(kinesis, input)
  const consumers = await kinesis.tables.consumers.list({ prefix: [stream.name] })
  if (consumers.length > 0 && !input.EnforceConsumerDeletion) {
    throw new ResourceInUseException(
      `Stream ${stream.name} under account ${kinesis.account} has enhanced fan-out consumers registered. Deregister them first, or set `
      + 'EnforceConsumerDeletion.',
    )
  }
  for (const consumer of consumers) await kinesis.tables.consumers.delete(stream.name, consumer.name)
  await kinesis.tables.streams.delete(stream.name)
  kinesis.enqueue('removeRecords', { stream: stream.id })
  return {}
}

const rowsPerTransaction = 500

/** Removes what a deleted stream left, some rows at a time. */
export async function removeRecords(kinesis: Kinesis, { stream }: { stream: string }): Promise<void> {
  kinesis.state.sequences.forget(`${stream}/`)
  for (let left = true; left;) {
    left = await kinesis.transact(async (inside: Kinesis) => {
      const records = await inside.tables.records.list({ prefix: [stream], limit: rowsPerTransaction })
      for (const record of records) await inside.tables.records.delete(stream, record.shard, record.sequence)
      return records.length === rowsPerTransaction
    })
  }
  await kinesis.transact(async (inside: Kinesis) => {
    for (const shard of await inside.tables.shards.list({ prefix: [stream] })) await inside.tables.shards.delete(stream, shard.shard)
  })
}
