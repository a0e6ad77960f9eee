import type { BusEvent, Target } from '../state.ts'

interface Facts { ruleArn: string, ruleName: string, ingestedAt: string }

/** What a target gets of an event, as text: a constant, a part, the filled-in template, or all of it. */
export function targetInput(target: Target, event: BusEvent, facts: Facts): string {
  if (target.Input !== undefined) return target.Input
  if (target.InputPath !== undefined) return JSON.stringify(at(event, target.InputPath) ?? null)
  if (target.InputTransformer) return transformed(target.InputTransformer, event, facts)
  return JSON.stringify(event)
}

/** The value at `$.a.b[0]`; undefined where there is none. */
function at(value: unknown, path: string): unknown {
  let found: any = value
  for (const [, name, index, quoted] of path.matchAll(/\.([^.[\]]+)|\[(\d+)\]|\['([^']+)'\]/g)) found = found?.[name ?? quoted ?? Number(index)]
  return found
}

/**
 * `<name>` in the template becomes the value of its path: inside a JSON string its text, elsewhere its JSON. What a path does not find is empty text inside of
 * strings, and null elsewhere. `<aws.events.…>` are what EventBridge knows itself.
 */
function transformed({ InputPathsMap: paths = {}, InputTemplate: template }: NonNullable<Target['InputTransformer']>, event: BusEvent, facts: Facts): string {
  const known: Record<string, unknown> = {
    'aws.events.rule-arn': facts.ruleArn, 'aws.events.rule-name': facts.ruleName, 'aws.events.event.ingestion-time': facts.ingestedAt,
    'aws.events.event': withoutDetail(event),
    'aws.events.event.json': event, ...Object.fromEntries(Object.entries(paths).map(([name, path]) => [name, at(event, path)])),
  }
  let isInString = false
  return template!.replace(/\\.|"|<([\w.-]+)>/g, (text, name?: string) => {
    if (text === '"') isInString = !isInString
    if (name === undefined || !(name in known)) return text
    const value = known[name]
    const isText = typeof value === 'string'
    // A template of plain text, without quotes around it, takes texts as they are.
    if (!isInString) return value === undefined ? '' : isText && !looksLikeJson(template!) ? value : JSON.stringify(value)
    return value === undefined ? '' : JSON.stringify(isText ? value : JSON.stringify(value)).slice(1, -1)
  })
}

const looksLikeJson = (template: string): boolean => /^\s*[{["]/.test(template)
const withoutDetail = ({ detail: _, ...event }: BusEvent) => event
