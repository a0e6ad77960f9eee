import { readdirSync, readFileSync } from 'node:fs'
import { after, test as register } from 'node:test'
import type { FunctionSpec, SandboxEvent } from '../../src/contracts/sandbox.ts'
import { drivers, openPlace } from '../runtimes/place.ts'
import type { Started } from '../runtimes/place.ts'

export type Start = (files: Record<string, string>, changes?: Partial<FunctionSpec> & { layer?: Record<string, string> }) => Promise<Started & Heard>
/** What a sandbox told besides lines. */
interface Heard { events: SandboxEvent[], states(): string[] }

/** Every test of a file runs on each driver that works here, the isolated one with its pool. */
export function onEachDriver(): (name: string, run: (start: Start) => Promise<void>, skip?: string) => void {
  const places = Object.fromEntries(drivers.map((driver) => [driver, openPlace(driver, driver === 'isolated' ? 2 : 0)]))
  after(async () => { for (const place of Object.values(places)) await place.close() })
  return (name, run, skip) => {
    for (const driver of drivers) register(`${driver}: ${name}`, {
      timeout: 60_000, skip: driver === 'isolated' && skip || false,
    }, () => run(async (files, changes = {}) => {
      const events: SandboxEvent[] = []
      const started = await places[driver]!.start(files, {
        onEvent: (event) => {
          events.push(event)
          return { type: event.type, at: Date.now(), record: event }
        },
        ...changes,
      })
      return { ...started, events, states: () => events.flatMap((event) => event.type === 'extension' ? [`${event.name} ${event.state}`] : []) }
    }))
  }
}

/** Why processes cannot be made to stand still here: without root, the isolated driver may have no control groups. */
export const noFreezer = process.getuid!() === 0 ? undefined : 'Standing still needs control groups'

/** The processes of this machine that have a word among their arguments. */
export function processesWith(word: string): number {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
    try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(word) } catch { return false }
  }).length
}

/** Waits for what happens in another process, up to five seconds. */
export async function until(holds: () => boolean): Promise<boolean> {
  const end = performance.now() + 5000
  while (!holds() && performance.now() < end) await new Promise((resolve) => { setTimeout(resolve, 10) })
  return holds()
}
