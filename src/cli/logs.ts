import { parseArguments } from './args.ts'
import { CallError, createClient, UsageError, UserError, type Client } from './client.ts'
import { findFunction } from './functions.ts'
import { reported, type CommandIo } from './io.ts'
import { painter, type Painter } from './text.ts'

const pollMs = 300
const lateMs = 2000

export const command = {
  name: 'logs',
  summary: 'Print what a function logged',
  usage: `logs FUNCTION [--follow] [--since TIME] [--filter PATTERN] [--region R] [--endpoint URL]

  FUNCTION          name or ARN of the function, its logical id in a stack (GetItems, items/GetItems), or a log group (/aws/...)
  --follow          go on with new lines until Ctrl-C
  --since TIME      lines since then: 30s, 10m, 2h, 1d, 1w, or a time like 2026-01-31T12:00:00Z; default: all there are
  --filter PATTERN  only lines that a CloudWatch Logs filter pattern matches`,
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { positional, values, flags } = parseArguments(args, {
      follow: { kind: 'flag' }, since: { kind: 'value' }, filter: { kind: 'value' }, region: { kind: 'value' }, endpoint: { kind: 'value' },
    }, 1)
    if (!positional[0]) throw new UsageError('Name the function: fogbank logs FUNCTION')
    let startTime = values.since === undefined ? 0 : sinceMs(values.since, Date.now())
    const client = createClient(io.environment, { endpoint: values.endpoint, region: values.region })
    const group = positional[0].startsWith('/') ? positional[0] : await groupOf(client, positional[0])
    const paint = painter(io.stdout, io.environment)
    const seen = new Map<string, number>()
    do {
      for (const event of await eventsOf(client, group, startTime, values.filter, flags.has('follow'))) {
        if (seen.has(event.eventId)) continue
        seen.set(event.eventId, event.timestamp)
        io.stdout.write(`${paint.dim(new Date(event.timestamp).toISOString())} ${shade(event.message.replace(/\n$/, ''), paint)}\n`)
        // Lines of several environments come in a little out of order: the last moments are asked for again.
        startTime = Math.max(startTime, event.timestamp - lateMs)
      }
      for (const [id, timestamp] of seen) if (timestamp < startTime) seen.delete(id)
      if (flags.has('follow')) await new Promise(resolve => setTimeout(resolve, pollMs))
    } while (flags.has('follow'))
    return 0
  }),
}

/** The time that `10m`, `2h` or a date means. */
export function sinceMs(text: string, now: number): number {
  const ago = /^(\d+)(s|m|h|d|w)$/.exec(text)
  if (ago) return now - Number(ago[1]) * { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }[ago[2] as 's']
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new UsageError(`--since takes 30s, 10m, 2h, 1d, 1w or a time like 2026-01-31T12:00:00Z, not ${text}.`)
  return at
}

/** A function's log group; that of a function which is gone may still be there. */
async function groupOf(client: Client, given: string): Promise<string> {
  try {
    return (await findFunction(client, given)).logGroup
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const name = `/aws/lambda/${given.split(':').at(-1)}`
    const { logGroups } = await client.call('logs', 'DescribeLogGroups', { logGroupNamePrefix: name }).catch(() => ({ logGroups: [] }))
    if (logGroups.some((group: any) => group.logGroupName === name)) return name
    throw error
  }
}

/** What frames an invocation is dim; errors are red, warnings yellow. */
function shade(message: string, paint: Painter): string {
  if (/^(START|END|REPORT|INIT_START) /.test(message)) return paint.dim(message)
  if (/\b(ERROR|FATAL|CRITICAL)\b|^Traceback|"level":\s*"(error|fatal)"|Task timed out after/i.test(message)) return paint.red(message)
  return /\bWARN(ING)?\b/i.test(message) ? paint.yellow(message) : message
}

async function eventsOf(client: Client, logGroupName: string, startTime: number, filterPattern: string | undefined, waits: boolean): Promise<any[]> {
  const events: any[] = []
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
