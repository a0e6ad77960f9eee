import { CallError, UserError, type Client } from './client.ts'
import type { Painter } from './text.ts'

const lateMs = 2000

export interface LogEvent { eventId: string, timestamp: number, message: string }

/**
 * Reads on in a log group: each call answers the events since `startTime` that no call answered before, in order. `waits`: a group that is not there yet
 * is empty.
 */
export function tailOf(
  client: Client, group: string, { startTime, filter, waits }: { startTime: number, filter?: string | undefined, waits: boolean },
): () => Promise<LogEvent[]> {
  const seen = new Map<string, number>()
  let since = startTime
  return async () => {
    const events = (await eventsOf(client, group, since, filter, waits)).filter(event => !seen.has(event.eventId))
    for (const event of events) {
      seen.set(event.eventId, event.timestamp)
      // Lines of several environments come in a little out of order: the last moments are asked for again.
      since = Math.max(since, event.timestamp - lateMs)
    }
    for (const [id, timestamp] of seen) if (timestamp < since) seen.delete(id)
    return events
  }
}

/** What frames an invocation is dim; errors are red, warnings yellow. */
export function shade(message: string, paint: Painter): string {
  if (/^(START|END|REPORT|INIT_START) /.test(message)) return paint.dim(message)
  if (/\b(ERROR|FATAL|CRITICAL)\b|^Traceback|"level":\s*"(error|fatal)"|Task timed out after/i.test(message)) return paint.red(message)
  return /\bWARN(ING)?\b/i.test(message) ? paint.yellow(message) : message
}

async function eventsOf(client: Client, logGroupName: string, startTime: number, filterPattern: string | undefined, waits: boolean): Promise<LogEvent[]> {
  const events: LogEvent[] = []
  let nextToken: string | undefined
  try {
    do {
      const page: any = await client.call('logs', 'FilterLogEvents', {
        logGroupName, startTime, ...filterPattern !== undefined && { filterPattern }, ...nextToken && { nextToken },
      })
      events.push(...page.events)
      nextToken = page.nextToken
    } while (nextToken)
  } catch (error) {
    // A function that has not run yet has no log group; whoever follows waits for it.
    if (waits && error instanceof CallError && error.code === 'ResourceNotFoundException') return []
    if (error instanceof CallError && error.code === 'ResourceNotFoundException') {
      throw new UserError(`${logGroupName} does not exist: the function has not run yet.`)
    }
    throw error
  }
  return events.sort((a, b) => a.timestamp - b.timestamp)
}
