import type { LogLines } from '../../../contracts/sinks.ts'
import { AwsError } from '../../../platform/errors.ts'
import { CreateLogGroup } from '../groups/CreateLogGroup.ts'
import type { Logs } from '../state.ts'
import { appendEvents } from './append.ts'

/** Stores lines of functions, stages and containers: the group and the stream are made where they are missing. */
export async function takeIn(logs: Logs, { group: name, stream, events }: LogLines): Promise<void> {
  try {
    await logs.transact(async (inside: Logs) => {
      if (!await inside.tables.groups.get(name)) await CreateLogGroup(inside, { logGroupName: name })
      const group = await inside.tables.groups.get(name)
      const row = await inside.tables.streams.get(name, stream) ?? { group: name, name: stream, createdAt: inside.now() }
      await appendEvents(inside, group!, row, events)
    })
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    logs.log.warn('log lines were refused', { group: name, stream, error: error.message })
  }
}
