/** A table with aligned columns, a rule below its head and above its foot. `right`: columns of numbers. */
export function tableOf(head: string[], rows: string[][], { right = [], foot }: { right?: number[], foot?: string[] } = {}): string {
  const all = [head, ...rows, ...foot ? [foot] : []]
  const widths = head.map((_, column) => Math.max(...all.map(row => row[column]!.length)))
  const line = (row: string[]) =>
    `${row.map((cell, column) => right.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)).join('  ').trimEnd()}\n`
  const rule = `${widths.map(width => '-'.repeat(width)).join('  ')}\n`
  return `${line(head)}${rule}${rows.map(line).join('')}${foot ? rule + line(foot) : ''}`
}

type Paint = (text: string) => string
export interface Painter { dim: Paint, red: Paint, green: Paint, yellow: Paint, bold: Paint }

const same: Paint = text => text
/** No colours. */
export const plain: Painter = { dim: same, red: same, green: same, yellow: same, bold: same }

/** ANSI colours, where the reader is a terminal and NO_COLOR does not say otherwise. */
export function painter(stream: { isTTY?: boolean }, environment: Record<string, string | undefined>): Painter {
  if (stream.isTTY !== true || environment.NO_COLOR || environment.TERM === 'dumb') return plain
  const paint = (code: number): Paint => text => `\x1b[${code}m${text}\x1b[0m`
  return { dim: paint(2), red: paint(31), green: paint(32), yellow: paint(33), bold: paint(1) }
}
