export interface Position { Line: number, Column: number }
export interface Extent { StartPosition: Position, EndPosition: Position }

/**
 * Where each statement of a policy stands in its text, as the simulator tells it: from behind the bracket or comma before it to
 * behind its closing brace, lines and columns counted from 1.
 */
export function statementExtents(json: string): Extent[] {
  const found = statementValue(json)
  if (!found) return []
  const spans = json[skipSpace(json, found)] === '['
    ? elementSpans(json, skipSpace(json, found) + 1)
    : [[found, valueEnd(json, skipSpace(json, found))] as const]
  return spans.map(([start, end]) => ({ StartPosition: positionAt(json, start), EndPosition: positionAt(json, end) }))
}

/** The index behind the colon of the top-level member `Statement`. */
function statementValue(json: string): number | undefined {
  let at = skipSpace(json, 0) + 1
  for (;;) {
    at = skipSpace(json, at)
    if (json[at] !== '"') return undefined
    const nameEnd = valueEnd(json, at)
    const colon = skipSpace(json, nameEnd)
    if (JSON.parse(json.slice(at, nameEnd)) === 'Statement') return colon + 1
    at = skipSpace(json, valueEnd(json, skipSpace(json, colon + 1))) + 1
  }
}

function elementSpans(json: string, first: number): [number, number][] {
  const spans: [number, number][] = []
  let start = first
  while (json[skipSpace(json, start)] !== ']' && start < json.length) {
    const end = valueEnd(json, skipSpace(json, start))
    spans.push([start, end])
    const next = skipSpace(json, end)
    if (json[next] !== ',') break
    start = next + 1
  }
  return spans
}

function skipSpace(json: string, from: number): number {
  let at = from
  while (/\s/.test(json[at] ?? '')) at++
  return at
}

/** The index behind the value that begins here. The text is JSON that was parsed before. */
function valueEnd(json: string, from: number): number {
  let depth = 0
  let at = from
  do {
    const character = json[at]
    if (character === '"') at = stringEnd(json, at)
    else {
      if (character === '{' || character === '[') depth++
      if (character === '}' || character === ']') depth--
      at++
    }
  } while (at < json.length && (depth > 0 || !/[\s,\]}:]/.test(json[at]!)))
  return at
}

function stringEnd(json: string, from: number): number {
  let at = from + 1
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1
  return at + 1
}

function positionAt(json: string, index: number): Position {
  const before = json.slice(0, index)
  const lineStart = before.lastIndexOf('\n') + 1
  return { Line: before.split('\n').length, Column: index - lineStart + 1 }
}
