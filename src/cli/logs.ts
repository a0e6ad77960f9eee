import { parseArguments } from './args.ts'
import { CallError, createClient, UserError, type Client } from './client.ts'
import { reported, type CommandIo } from './io.ts'

const pollMs = 300

export const command = {
  name: 'logs',
  summary: 'Print what a function logged',
  usage: `logs FUNCTION [--follow] [--filter PATTERN] [--region R] [--endpoint URL]

  --follow          go on with new lines until Ctrl-C
  --filter PATTERN  only lines that a CloudWatch Logs filter pattern matches`,
  run: reported(async (args: string[], io: CommandIo): Promise<number> => {
    const { positional, values, flags } = parseArguments(args, {
      follow: { kind: 'flag' }, filter: { kind: 'value' }, region: { kind: 'value' }, endpoint: { kind: 'value' },
    }, 1)
    if (!positional[0]) throw new UserError('Name the function: fogbank logs FUNCTION')
    const client = createClient(io.environment, { endpoint: values.endpoint, region: values.region })
    const group = positional[0].startsWith('/') ? positional[0] : `/aws/lambda/${positional[0].split(':').at(-1)}`
    const seen = new Set<string>()
    let startTime = 0
    do {
      for (const event of await eventsOf(client, group, startTime, values.filter, flags.has('follow'))) {
        // Lines of one millisecond may come in two answers, so the last millisecond is asked for again.
        if (seen.has(event.eventId)) continue
        if (event.timestamp > startTime) seen.clear()
        startTime = Math.max(startTime, event.timestamp)
        seen.add(event.eventId)
        io.stdout.write(`${new Date(event.timestamp).toISOString()} ${event.message.replace(/\n$/, '')}\n`)
      }
      if (flags.has('follow')) await new Promise(resolve => setTimeout(resolve, pollMs))
    } while (flags.has('follow'))
    return 0
  }),
}

async function eventsOf(client: Client, logGroupName: string, startTime: number, filterPattern: string | undefined, waits: boolean): Promise<any[]> {
  const events: any[] = []
  let nextToken: string | undefined
  try {
    do {
      const page: any = await client.call('logs', 'FilterLogEvents', { logGroupName, startTime, ...filterPattern !== undefined && { filterPattern }, ...nextToken && { nextToken } })
      events.push(...page.events)
      nextToken = page.nextToken
    } while (nextToken)
  } catch (error) {
    // A function that has not run yet has no log group; whoever follows waits for it.
    if (waits && error instanceof CallError && error.code === 'ResourceNotFoundException') return []
    if (error instanceof CallError && error.code === 'ResourceNotFoundException') throw new UserError(`${logGroupName} does not exist: the function has not run yet, or has another name.`)
    throw error
  }
  return events.sort((a, b) => a.timestamp - b.timestamp)
}
