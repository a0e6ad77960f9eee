/** The condition keys of a request. Names are asked for in lower case; a key that is absent is undefined. */
export interface Context {
  get(key: string): string | readonly string[] | undefined
}

export type ContextValue = string | number | boolean | readonly (string | number | boolean)[] | undefined

/** A context over plain values; names in any case. */
export function contextOf(values: Record<string, ContextValue>): Context {
  const byName = new Map<string, string | readonly string[]>()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) byName.set(name.toLowerCase(), textOf(value))
  }
  return byName
}

export function textOf(value: Exclude<ContextValue, undefined>): string | readonly string[] {
  return Array.isArray(value) ? value.map(String) : String(value)
}
