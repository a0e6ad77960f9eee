import { functionRow, resolve } from '../functions/function.ts'
import { functionArn } from '../names.ts'
import type { AliasRow, FunctionRow, Lambda, VersionRow } from '../state.ts'

export interface Loaded { fn: FunctionRow, row: VersionRow, alias?: AliasRow, weighted?: { row: VersionRow, share: number } }

/** What a warm invocation needs to know of a function, kept in memory so that it reads no storage; forgotten when the function changes. */
export interface FunctionCache {
  get(lambda: Lambda, name: string, qualifier: string | undefined): Promise<Loaded>
  forget(functionArn: string): void
}

const functionsMax = 10_000

export function functionCache(): FunctionCache {
  const known = new Map<string, Map<string, Promise<Loaded>>>()
  return {
    get(lambda, name, qualifier = '$LATEST') {
      const arn = functionArn(lambda, name)
      let entry = known.get(arn)
      if (!entry) {
        if (known.size >= functionsMax) known.clear()
        known.set(arn, entry = new Map())
      }
      const held = entry.get(qualifier)
      if (held) return held
      // A change while this reads takes the whole entry away, and with it what was read before the change.
      const loading = load(lambda, name, qualifier)
      entry.set(qualifier, loading)
      loading.catch(() => entry.delete(qualifier))
      return loading
    },
    forget: arn => void known.delete(arn),
  }
}

async function load(lambda: Lambda, name: string, qualifier: string): Promise<Loaded> {
  const { row, alias } = await resolve(lambda, name, qualifier === '$LATEST' ? undefined : qualifier)
  const fn = await functionRow(lambda, name, qualifier)
  const [other] = Object.entries(alias?.weights ?? {})
  const weighted = other && { row: (await resolve(lambda, name, other[0])).row, share: other[1] }
  return { fn, row, ...alias && { alias }, ...weighted && { weighted } }
}
