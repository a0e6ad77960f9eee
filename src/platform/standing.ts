import { isDeepStrictEqual } from 'node:util'

/** For the handlers that read what exists: `read`, `tags` and `list` of resource types. */

/** What was asked for; undefined where the answer is one of these errors: it is gone. */
export const unlessGone = <Answer>(answer: Promise<Answer>, ...errors: readonly string[]): Promise<Answer | undefined> => answer.catch((error: Error) => {
  if (!errors.includes(error.name)) throw error
  return undefined
})

/** The items of all pages, in their order. `page` is asked for the page of a token, the first one for that of none. */
export async function allPages<Item>(page: (token?: string) => Promise<{ items: Item[] | undefined, next: string | undefined }>): Promise<Item[]> {
  const found: Item[] = []
  for (let token: string | undefined, more = true; more; more = token !== undefined) {
    const { items, next } = await page(token)
    found.push(...items ?? [])
    token = next
  }
  return found
}

/**
 * A structure as it stands, without what nobody asked for: members that `given` (the same structure in a template) does not name and that have their
 * default. A structure of a template is compared as a whole, and its defaults are no drift.
 */
export function withoutDefaults<Structure extends object>(actual: Structure, given: unknown, defaults: Partial<Structure>): Structure {
  const named = typeof given === 'object' && given !== null ? given : {}
  const kept = Object.entries(actual).filter(([name, value]) => Object.hasOwn(named, name) || value !== defaults[name as keyof Structure])
  return Object.fromEntries(kept.filter(([, value]) => value !== undefined)) as Structure
}

/** What stands, in the words of the template where both mean the same: the service keeps `:*` out of an ARN, or the letters in another case. */
export function asGiven<Value>(actual: Value, given: unknown, normal: (value: unknown) => unknown): Value {
  return given !== undefined && isDeepStrictEqual(normal(given), normal(actual)) ? given as Value : actual
}

/** The JSON in a text; what is none, as it is. Two texts that say the same are compared by it. */
export function parsedText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/**
 * A policy that a template gives to several things: those of them that carry one, and the document: the first that says something else than the
 * template's, or that one. `policyOf` answers undefined for a thing that is gone or has no policy. Undefined where no thing carries one.
 */
export async function sharedPolicy(
  things: readonly string[], given: unknown, policyOf: (thing: string) => Promise<string | undefined>,
): Promise<{ things: string[], document: any } | undefined> {
  const found = await Promise.all(things.map(policyOf))
  const documents = found.filter(policy => policy !== undefined).map(parsedText)
  if (documents.length === 0) return undefined
  const other = documents.find(document => !isDeepStrictEqual(document, parsedText(given)))
  return { things: things.filter((_, at) => found[at] !== undefined), document: other ?? documents[0] }
}
