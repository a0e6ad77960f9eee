import { jsonValues, selectorsOf } from './json.ts'
import { spaceFields } from './space.ts'

/** Finds the values of selectors (`$.latency`, `$size`) in a message; by the selector, those that are there. */
export type Extract = (message: string) => Record<string, string>

/** Compiles the extraction of a pattern's selectors; without `selectors`, of those that the pattern names: what TestMetricFilter shows. */
export function compileExtractor(pattern: string, selectors?: string[]): Extract {
  const trimmed = pattern.trim()
  if (trimmed.startsWith('{') || (selectors?.some(selector => selector.startsWith('$.')) ?? false)) {
    return jsonExtractor(selectors?.filter(selector => selector.startsWith('$.') || selector.startsWith('$[')) ?? selectorsOf(trimmed))
  }
  if (trimmed.startsWith('[')) return spaceExtractor(trimmed, selectors)
  return () => ({})
}

function jsonExtractor(selectors: string[]): Extract {
  return message => {
    const found: Record<string, string> = {}
    for (const selector of selectors) {
      const [value] = jsonValues(message, selector)
      if (value === undefined || value === null) continue
      found[selector] = typeof value === 'object' ? JSON.stringify(value) : String(value)
    }
    return found
  }
}

function spaceExtractor(pattern: string, selectors: string[] | undefined): Extract {
  const fields = spaceFields(pattern)
  return message => {
    const all = fields(message)
    return selectors ? Object.fromEntries(selectors.flatMap(selector => all[selector] === undefined ? [] : [[selector, all[selector]]])) : all
  }
}

/** Whether a pattern has values that a selector can name. */
export const canExtract = (pattern: string): boolean => /^\s*[{[]/.test(pattern)
