import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { smithyTests } from './smithy-artifact.ts'
import { type CaseResult, runSmithyCases } from './smithy-cases.ts'

// The public Smithy protocol tests, for every protocol. What fails for a reason stands in known-failures.json, by a pattern of its name.
const known = Object.entries<string>(JSON.parse(readFileSync(join(import.meta.dirname, 'known-failures.json'), 'utf8'))).map(([pattern]) => new RegExp(pattern))
const found = smithyTests()
// Where every check is to run, a missing one is a failure: .ci/run installs what fetches the cases.
const skip = 'missing' in found ? found.missing : false

test('the public protocol tests of Smithy pass, but for those listed with a reason', { skip }, async context => {
  if ('missing' in found) assert.fail(found.missing)
  const results = await runSmithyCases(found.ast)
  const names = (result: CaseResult) => result.id.replace(/_case\d+$/, '')
  const failed = results.filter(result => result.reason !== undefined)
  for (const protocol of new Set(results.map(result => result.protocol))) {
    const all = results.filter(result => result.protocol === protocol)
    context.diagnostic(`${protocol}: ${all.filter(result => result.reason === undefined).length} of ${all.length}`)
  }
  assert.ok(results.length > 1000, `only ${results.length} cases ran`)
  const unknown = failed.filter(result => !known.some(pattern => pattern.test(names(result))))
  assert.deepEqual(unknown.map(result => `${result.protocol} ${result.kind} ${result.id}: ${result.reason}`), [])
  assert.deepEqual(known.filter(pattern => !failed.some(result => pattern.test(names(result)))).map(String), [], 'these patterns match no failure any more')
})
