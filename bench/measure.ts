import { readdirSync, readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'

/** The middle of the values, and that which a share of them does not exceed. */
export const median = (values: number[]): number => quantile(values, 0.5)
export function quantile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}

/** Runs the candidates in turn, round after round, so that a machine whose speed drifts is unfair to none. */
export async function inTurn(rounds: number, candidates: Record<string, () => Promise<number>>): Promise<Record<string, number[]>> {
  const figures: Record<string, number[]> = Object.fromEntries(Object.keys(candidates).map(name => [name, []]))
  for (let round = 0; round < rounds; round++) for (const [name, run] of Object.entries(candidates)) figures[name]!.push(await run())
  return figures
}

/** What machine this was, and how busy. */
export const machine = (): string =>
  `Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model.trim()}, load ${loadavg().map(load => load.toFixed(1)).join(' ')}`

/** Seconds of the processor that a process has had, and those that it started, with theirs. Linux; what ended meanwhile is not counted. */
export function processorSeconds(pid: number): { own: number, below: number } {
  const all = readdirSync('/proc').filter(name => /^\d+$/.test(name)).flatMap(name => {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
      const threads = readdirSync(`/proc/${name}/task`).map(thread => readFileSync(`/proc/${name}/task/${thread}/schedstat`, 'utf8'))
      return [{ pid: Number(name), parent, seconds: threads.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e9, 0) }]
    } catch {
      return []
    }
  })
  const tree = new Set([pid])
  for (let size = 0; size < tree.size;) {
    size = tree.size
    for (const each of all) if (tree.has(each.parent)) tree.add(each.pid)
  }
  const used = { own: 0, below: 0 }
  for (const each of all) if (tree.has(each.pid)) used[each.pid === pid ? 'own' : 'below'] += each.seconds
  return used
}
