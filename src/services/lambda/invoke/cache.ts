import { functionRow, resolve } from '../functions/function.ts'
import { functionArn } from '../names.ts'
import type { FunctionCache, Lambda, Loaded } from '../state.ts'

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
