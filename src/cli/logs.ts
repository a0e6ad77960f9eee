import { parseArguments } from './args.ts'
import { createClient, UsageError, UserError, type Client } from './client.ts'
import { findFunction } from './functions.ts'
import { reported, type CommandIo } from './io.ts'
import { shade, tailOf } from './tail.ts'
import { painter } from './text.ts'

const pollMs = 300

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
    const startTime = values.since === undefined ? 0 : sinceMs(values.since, Date.now())
    const client = createClient(io.environment, { endpoint: values.endpoint, region: values.region })
    const group = positional[0].startsWith('/') ? positional[0] : await groupOf(client, positional[0])
    const paint = painter(io.stdout, io.environment)
    const next = tailOf(client, group, { startTime, filter: values.filter, waits: flags.has('follow') })
    do {
      for (const event of await next()) {
        io.stdout.write(`${paint.dim(new Date(event.timestamp).toISOString())} ${shade(event.message.replace(/\n$/, ''), paint)}\n`)
      }
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
