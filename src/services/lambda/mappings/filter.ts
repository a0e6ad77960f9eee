import { compileEventPattern } from '../../../platform/event-pattern.ts'
import type { SourceKind } from './rows.ts'

/** Whether a record passes one of a mapping's filters; all pass where there is none. */
export function recordFilter(kind: SourceKind, filters: readonly string[]): (record: any) => boolean {
  if (filters.length === 0) return () => true
  const tests = filters.map(text => {
    const matches = compileEventPattern(text)
    const pattern = JSON.parse(text)
    // What the pattern treats as an object is parsed; where it is none, the record does not pass.
    const member = kind === 'sqs' ? 'body' : 'data'
    const parses = typeof pattern[member] === 'object' && !Array.isArray(pattern[member])
    return (record: any) => {
      if (kind === 'dynamodb') return matches(record)
      const view = kind === 'sqs' ? record : { ...record.kinesis, data: Buffer.from(record.kinesis.data, 'base64').toString() }
      return matches(parses ? { ...view, [member]: parsed(view[member]) } : view)
    }
  })
  return record => tests.some(test => test(record))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
