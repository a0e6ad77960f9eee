import { tailOf, shade, type LogEvent } from '../tail.ts'
import type { Client } from '../client.ts'
import type { Painter } from '../text.ts'

const pollMs = 250
/** Colours that are read well on dark and on light, one after another for each function. */
const colours = [36, 35, 34, 33, 32, 96, 95, 94]

export interface LogStream {
  /** The functions whose logs are read from now on, by the name that stands before their lines. */
  follow(groups: Map<string, string>): void
  stop(): Promise<void>
}

/** Prints the new lines of many functions as they come, each behind the name of its function, in that function's colour where `paint` has colours. */
export function streamLogs(client: Client, say: (text: string) => void, paint: Painter, coloured: boolean): LogStream {
  const startTime = Date.now()
  const tails = new Map<string, { label: string, next: () => Promise<LogEvent[]> }>()
  let stopped = false
  let wake = () => {}
  const loop = (async () => {
    while (!stopped) {
      await Promise.all([...tails.values()].map(async ({ label, next }) => {
        for (const event of await next().catch(() => [])) for (const line of event.message.trimEnd().split('\n')) say(`${label} ${shade(line, paint)}\n`)
      }))
      await new Promise<void>(resolve => {
        wake = resolve
        setTimeout(resolve, pollMs)
      })
    }
  })()
  return {
    follow(groups) {
      const width = Math.max(0, ...[...groups.keys()].map(name => name.length))
      let at = 0
      for (const [name, group] of groups) {
        const colour = colours[at++ % colours.length]
        const label = coloured ? `\x1b[${colour}m${name.padEnd(width)} |\x1b[0m` : `${name.padEnd(width)} |`
        const known = tails.get(group)
        tails.set(group, { label, next: known?.next ?? tailOf(client, group, { startTime, waits: true }) })
      }
    },
    async stop() {
      stopped = true
      wake()
      await loop
    },
  }
}
