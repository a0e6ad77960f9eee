import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { seal, unseal } from './sealing.ts'

const folder = mkdtempSync(join(tmpdir(), 'fogbank-sealing-'))
after(() => rmSync(folder, { recursive: true }))
const cloud = (dataFolder = folder) => ({ config: { dataFolder } })

test('what is sealed opens after a restart, for the same purpose and context only', () => {
  const sealed = seal(cloud(), 'ssm.parameters', 'sesame', '/a')
  assert.ok(!sealed.includes('sesame'))
  assert.equal(unseal(cloud(), 'ssm.parameters', sealed, '/a').toString(), 'sesame')
  assert.throws(() => unseal(cloud(), 'ssm.parameters', sealed, '/b'), /does not open/)
  assert.throws(() => unseal(cloud(), 'kms.keys', sealed, '/a'), /does not open/)
  sealed[sealed.length - 1]! ^= 1
  assert.throws(() => unseal(cloud(), 'ssm.parameters', sealed, '/a'), /does not open/)
})

test('the same bytes are never sealed alike', () => {
  assert.notDeepEqual(seal(cloud(), 'p', 'same'), seal(cloud(), 'p', 'same'))
})

test('the master key is for its owner alone, and one that is damaged is said to be', { skip: process.platform === 'win32' }, () => {
  seal(cloud(), 'p', 'x')
  assert.equal(statSync(join(folder, 'master.key')).mode & 0o777, 0o600)
  const other = mkdtempSync(join(tmpdir(), 'fogbank-sealing-'))
  writeFileSync(join(other, 'master.key'), 'short')
  assert.throws(() => seal(cloud(other), 'p', 'x'), /is not the master key of this cloud/)
  rmSync(other, { recursive: true })
})
