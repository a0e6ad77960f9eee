import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { difference, folder, pairs } from './sam-pairs.ts'

const known = JSON.parse(readFileSync(join(import.meta.dirname, 'sam-known-differences.json'), 'utf8')) as Record<string, string>

const isPresent = folder !== ''

test('transformSam makes of the official inputs what the official translator makes', {
  skip: isPresent ? false : 'the conformance folder is not here',
}, async t => {
  const score = { success: [0, 0], error: [0, 0] }
  const unexpected: string[] = []
  for (const pair of pairs()) {
    const tally = pair.isError ? score.error : score.success
    const problem = await difference(pair)
    tally[1]!++
    if (!problem) tally[0]!++
    if (problem && !known[pair.name]) unexpected.push(`${pair.name}: ${problem}`)
    if (!problem && known[pair.name]) unexpected.push(`${pair.name}: is listed as different, and is not`)
  }
  t.diagnostic(`success ${score.success.join(' of ')}, errors ${score.error.join(' of ')}`)
  assert.deepEqual(unexpected, [])
})
