interface Counts { passed: number, failed: number, skipped: number, ms: number }

/** The reason of each test that fails or is skipped, a line for each file, and the counts for scripts/test.ts. */
export default async function * reporter(source: AsyncIterable<any>): AsyncIterable<string> {
  const files = new Map<string, Counts>()
  for await (const { type, data } of source) {
    if (type === 'test:stdout' || type === 'test:stderr') yield data.message
    if (type !== 'test:pass' && type !== 'test:fail') continue
    // A file is reported as a test around its tests; only what has no tests inside counts.
    if (data.details?.type === 'suite' || (data.nesting === 0 && data.name === data.file && type === 'test:pass')) continue
    const file = (data.file ?? data.name).replace(`${process.cwd()}/`, '')
    const counts = files.get(file) ?? { passed: 0, failed: 0, skipped: 0, ms: 0 }
    files.set(file, counts)
    counts.ms += data.details?.duration_ms ?? 0
    counts[data.skip !== undefined ? 'skipped' : type === 'test:pass' ? 'passed' : 'failed']++
    if (data.skip !== undefined) yield `skipped ${data.name}\n  ${file}: ${data.skip}\n`
    if (type === 'test:fail') yield `NOT OK ${data.name}\n  ${file}\n  ${reason(data.details?.error)}\n`
  }
  for (const [file, { passed, failed, skipped, ms }] of files) {
    yield `${failed ? 'NOT OK' : 'ok'} ${file}: ${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''} (${(ms / 1000).toFixed(1)} s)\n`
  }
  const sum = (of: 'passed' | 'failed' | 'skipped') => [...files.values()].reduce((total, counts) => total + counts[of], 0)
  yield `#counted ${sum('passed')} ${sum('failed')} ${sum('skipped')}\n`
}

const reason = (error: any) => String(error?.cause?.stack ?? error?.stack ?? error).split('\n').slice(0, 24).join('\n  ')
