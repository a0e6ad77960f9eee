import { UsageError } from './client.ts'

export interface OptionSpec {
  /** `value`: takes one; `list`: takes all that follow up to the next option; `flag`: takes none; `optional`: takes one after `=`, or none. */
  kind: 'value' | 'list' | 'flag' | 'optional'
}

export interface Parsed { positional: string[], values: Record<string, string | undefined>, lists: Record<string, string[]>, flags: Set<string> }

/** Reads arguments strictly; an unknown option is refused with the nearest one that is known. */
export function parseArguments(args: string[], options: Record<string, OptionSpec>, positionalMax: number): Parsed {
  const parsed: Parsed = { positional: [], values: {}, lists: {}, flags: new Set() }
  for (let at = 0; at < args.length; at++) {
    const arg = args[at]!
    if (!arg.startsWith('-') || arg === '-') {
      if (parsed.positional.length === positionalMax) throw new UsageError(`Unexpected argument: ${arg}`)
      parsed.positional.push(arg)
      continue
    }
    const equals = arg.indexOf('=')
    const name = arg.slice(2, equals < 0 ? undefined : equals)
    const inline = equals < 0 ? undefined : arg.slice(equals + 1)
    const option = arg.startsWith('--') && Object.hasOwn(options, name) ? options[name] : undefined
    if (!option) throw new UsageError(`Unknown option ${arg.startsWith('--') ? `--${name}` : arg}.${suggestion(name, Object.keys(options), '--')}`)
    if (option.kind === 'flag') {
      if (inline !== undefined) throw new UsageError(`--${name} takes no value.`)
      parsed.flags.add(name)
    }
    else if (option.kind === 'optional') parsed.values[name] = inline ?? ''
    else if (option.kind === 'value') {
      const value = inline ?? args[++at]
      if (value === undefined || (inline === undefined && value.startsWith('--'))) throw new UsageError(`--${name} needs a value.`)
      parsed.values[name] = value
    } else {
      const list = parsed.lists[name] ??= []
      if (inline !== undefined) list.push(inline)
      while (at + 1 < args.length && !args[at + 1]!.startsWith('--')) list.push(args[++at]!)
      if (list.length === 0) throw new UsageError(`--${name} needs at least one value.`)
    }
  }
  return parsed
}

/** ` Did you mean --x?` for a name that is nearly one of those; `dashes` stand before it. */
export function suggestion(name: string, known: string[], dashes = ''): string {
  const [nearest] = known.map(other => ({ other, distance: distance(name, other) })).sort((a, b) => a.distance - b.distance)
  return nearest && nearest.distance <= Math.max(2, name.length / 3) ? ` Did you mean ${dashes}${nearest.other}?` : ''
}

/** `K=V` pairs, as --parameter-overrides takes them; also `ParameterKey=K,ParameterValue=V`. */
export function keyValues(list: string[]): { key: string, value: string }[] {
  return list.map(text => {
    const long = /^ParameterKey=([^,]+),ParameterValue=(.*)$/s.exec(text)
    if (long) return { key: long[1]!, value: long[2]! }
    const equals = text.indexOf('=')
    if (equals < 1) throw new UsageError(`${text} is not of the form KEY=VALUE.`)
    return { key: text.slice(0, equals), value: text.slice(equals + 1) }
  })
}

/** Single-character edits between two words. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}
