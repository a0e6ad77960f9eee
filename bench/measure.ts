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
