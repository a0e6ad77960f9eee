import { expiredBefore, type Logs } from '../state.ts'

const hourMs = 3_600_000
const rowsPerStep = 1000

/** Queues the group's next round of expiry; one is queued for a group at a time. */
export function scheduleExpiry(logs: Logs, group: string): void {
  logs.enqueue('expire', { group }, { id: group, at: logs.now() + hourMs })
}

/** A task: deletes what has outlived the group's retention, and queues the next round. */
export async function expire(logs: Logs, { group: name }: { group: string }): Promise<void> {
  const group = await logs.tables.groups.get(name)
  if (group?.retentionDays === undefined) return
  const until = expiredBefore(logs, group)
  for (const stream of await logs.tables.streams.list({ prefix: [name] })) await deleteEvents(logs, { group: name, stream: stream.name, until })
  await logs.transact(async inside => scheduleExpiry(inside as Logs, name))
}

/** A task: deletes a stream's events before a time, a thousand at once. */
export async function deleteEvents(logs: Logs, { group, stream, until }: { group: string, stream: string, until: number }): Promise<void> {
  for (;;) {
    const deleted = await logs.transact(async (inside: Logs) => {
      const rows = await inside.tables.events.list({ prefix: [group, stream], before: [group, stream, until], limit: rowsPerStep })
      for (const row of rows) await inside.tables.events.delete(group, stream, row.timestamp, row.id)
      return rows.length
    })
    if (deleted < rowsPerStep) return
  }
}
