import type { Input, Kinesis } from '../state.ts'
import { consumerNamed } from './consumer.ts'

/** Removes a consumer; its subscriptions end. */
export async function DeregisterStreamConsumer(kinesis: Kinesis, input: Input<'DeregisterStreamConsumer'>): Promise<object> {
  const row = await consumerNamed(kinesis, input)
  await kinesis.tables.consumers.delete(row.stream, row.name)
  for (const [key, subscription] of kinesis.state.subscriptions) if (key.startsWith(`${row.arn}/`)) subscription.end()
  return {}
}
