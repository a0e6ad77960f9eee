import { MalformedQueryException } from '../../state.ts'

const blank = /(?:\s|#[^\n]*)+/y
const word = /[@A-Za-z_][\w@]*/y

/** Reads a query's text from left to right. Whitespace and comments (`#` to the end of the line) separate. */
export class Reader {
  readonly text: string
  at = 0

  constructor(text: string) {
    this.text = text
    this.skip()
  }

  get isAtEnd(): boolean { return this.at >= this.text.length }

  skip(): void { this.match(blank, false) }

  /** What the sticky expression matches here, and the blanks after it; undefined where it does not match. */
  match(expression: RegExp, skips = true): RegExpExecArray | undefined {
    expression.lastIndex = this.at
    const found = expression.exec(this.text)
    if (!found) return undefined
    this.at = expression.lastIndex
    if (skips) this.skip()
    return found
  }

  /** Takes a symbol, if it is next. */
  symbol(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false
    this.at += text.length
    this.skip()
    return true
  }

  /** Takes a keyword, if it is next; case does not count. */
  keyword(name: string): boolean {
    if (this.peekWord()?.toLowerCase() !== name) return false
    this.at += name.length
    this.skip()
    return true
  }

  peekWord(): string | undefined {
    word.lastIndex = this.at
    return word.exec(this.text)?.[0]
  }

  expect(symbol: string): void {
    if (!this.symbol(symbol)) throw this.fault()
  }

  /** Items between commas. */
  list<T>(item: () => T): T[] {
    const items = [item()]
    while (this.symbol(',')) items.push(item())
    return items
  }

  /** The text from a position to here, without what is blank at its end: how a column without a name is called. */
  since(start: number): string { return this.text.slice(start, this.at).trim() }

  /** The error that AWS gives for what cannot stand here. */
  fault(message?: string, at = this.at): Error {
    const before = this.text.slice(0, at).split('\n')
    const found = /\S+/.exec(this.text.slice(at))?.[0] ?? 'end of query'
    const text = message ?? `unexpected symbol found ${found} at line ${before.length} and position ${before.at(-1)!.length}`
    return new MalformedQueryException(text, {
      queryCompileError: { message: text, location: { startCharOffset: at, endCharOffset: Math.min(this.text.length, at + found.length) } }
    })
  }
}
