import { hash } from 'node:crypto'
import { measure } from '../metrics.ts'
import { functionArn } from '../names.ts'
import type { Lambda, Loaded } from '../state.ts'
import { RecursiveInvocationException } from '../state.ts'

// A chain of requests carries how often each function has run in it, in the Lineage of its trace header: `0f6a2b1c:3|a87bd80c:0` (the name's hash, and
// how often it has run again). SDKs send the header of the invocation on with what the function calls; queues keep it with their messages.

/** So often a function runs in one chain of requests; it is stopped when it would run once more ("Use Lambda recursive loop detection"). */
const runsMax = 16
/** A longer chain forgets the functions that came first in it. */
const functionsMax = 32

type Lineage = Map<string, number>

function read(text: string | undefined): Lineage {
  const found: Lineage = new Map()
  for (const part of text?.split('|') ?? []) {
    const [, hash, times] = /^([0-9a-f]{8}):(\d{1,6})$/.exec(part) ?? []
    if (hash !== undefined) found.set(hash, Math.max(found.get(hash) ?? 0, Number(times)))
  }
  return found
}

const write = (lineage: Lineage): string => [...lineage].slice(-functionsMax).map(([hash, times]) => `${hash}:${times}`).join('|')

/** How a lineage names a function. */
export function lineageName(lambda: Lambda, name: string): string {
  const arn = functionArn(lambda, name)
  let known = names.get(arn)
  if (known === undefined) {
    if (names.size >= namesMax) names.clear()
    names.set(arn, known = hash('sha256', arn, 'hex').slice(0, 8))
  }
  return known
}

/** What was worked out before: every invocation asks. */
const names = new Map<string, string>()
const namesMax = 10_000

/** Whether the function has run so often in the chain that it must not again. */
export function isLoop(lambda: Lambda, { fn }: Loaded, lineage: string | undefined): boolean {
  if (lineage === undefined || fn.recursiveLoop === 'Allow') return false
  return (read(lineage).get(lineageName(lambda, fn.name)) ?? -1) >= runsMax - 1
}

/** The lineage of what the function does now. Throws RecursiveInvocationException, and counts it, where it has run too often in the chain. */
export function enter(lambda: Lambda, loaded: Loaded): string {
  const { fn: { name } } = loaded
  const { lineage } = lambda.trace
  if (isLoop(lambda, loaded, lineage)) {
    measure(lambda, { name }, 'RecursiveInvocationsDropped', 1)
    throw new RecursiveInvocationException('Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services resources '
      + "and stopped your function's invocation.")
  }
  const counts = read(lineage)
  const own = lineageName(lambda, name)
  const times = (counts.get(own) ?? -1) + 1
  counts.delete(own)
  return write(counts.set(own, times))
}

/** The lineage of a batch: of each function the most that a message of it says. */
export function merged(lineages: (string | undefined)[]): string | undefined {
  const all = write(read(lineages.filter(lineage => lineage !== undefined).join('|')))
  return all === '' ? undefined : all
}
