import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { loadModel } from '../src/protocol/model.ts'
import type { ServiceDefinition } from '../src/platform/service.ts'
import { services } from '../src/services.ts'

const file = join(dirname(import.meta.dirname), 'docs', 'operations.md')

/** The page that lists which operations exist, from the services and the SDK's models. */
export function operationsPage(definitions: ServiceDefinition[]): string {
  const sections: string[] = []
  let built = 0
  for (const definition of [...definitions].sort((a, b) => a.name < b.name ? -1 : 1)) {
    // Fogbank's own rooms have no operations of AWS.
    if (!loadModel(definition.name)) continue
    const all = Object.keys(loadModel(definition.name)!.operations)
    const done = Object.keys(definition.operations).sort()
    built += done.length
    sections.push(`## ${definition.name}\n\n${done.length} of ${all.length} operations: ${done.join(', ')}.\n`)
  }
  const head = '# Operations\n\nWritten by `node scripts/operations.ts`. An operation that is not listed answers 501 and names itself.'
  return `${head}\n\nScore: ${built}\n\n${sections.join('\n')}`
}

/** The score of a page: how many operations exist. It only rises. */
export const scoreOf = (page: string): number => Number(/^Score: (\d+)$/m.exec(page)?.[1] ?? 0)

if (import.meta.main) {
  const page = operationsPage(await Promise.all(services.map(room => room.load())))
  const before = scoreOf(readFileSync(file, { encoding: 'utf8', flag: 'a+' }))
  if (scoreOf(page) < before) throw new Error(`The score would fall from ${before} to ${scoreOf(page)}: an operation is gone.`)
  writeFileSync(file, page)
}
