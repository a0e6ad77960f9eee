import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { BlobTooLargeError, openBlobs } from './blobs.ts'

const folder = mkdtempSync(join(tmpdir(), 'blobs-test-'))
after(() => rmSync(folder, { recursive: true }))
const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

async function* pieces(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text)
}

test('put: a streamed blob is named by its hash and reads back whole and in ranges', async () => {
  const blobs = openBlobs({ folder: join(folder, 'a') })
  assert.deepEqual(await blobs.put(pieces('a', 'bc')), { sha256: abc, md5: '900150983cd24fb0d6963f7d28e17f72', sizeBytes: 3 })
  assert.equal(Buffer.from(await blobs.bytes(abc)).toString(), 'abc')
  assert.equal((await blobs.read(abc, { start: 1, end: 1 }).toArray()).join(''), 'b')
  assert.equal(blobs.path(abc), join(folder, 'a', 'ba', abc.slice(2)))
})

test('put: the same bytes are stored once, also when they come at the same time', async () => {
  const blobs = openBlobs({ folder: join(folder, 'b') })
  await Promise.all([blobs.put(Buffer.from('abc')), blobs.put(pieces('abc')), blobs.put(Buffer.from('abc'))])
  assert.deepEqual(readdirSync(join(folder, 'b', 'ba')), [abc.slice(2)])
  assert.deepEqual(readdirSync(join(folder, 'b', 'incoming')), [])
})

test('put: content that is too long or breaks off leaves nothing behind', async () => {
  const blobs = openBlobs({ folder: join(folder, 'c') })
  await assert.rejects(blobs.put(pieces('ab', 'cd'), { maxBytes: 3 }), BlobTooLargeError)
  await assert.rejects(blobs.put((async function* () { yield Buffer.from('ab'); throw new Error('hung up') })()), /hung up/)
  assert.deepEqual(readdirSync(join(folder, 'c')), ['incoming'])
  assert.deepEqual(readdirSync(join(folder, 'c', 'incoming')), [])
  assert.equal((await blobs.put(pieces('abc'), { maxBytes: 3 })).sizeBytes, 3)
})

test('sweep: deletes what no row names, once it is old enough', async () => {
  const blobs = openBlobs({ folder: join(folder, 'd') })
  const kept = await blobs.put(Buffer.from('kept'))
  const lost = await blobs.put(Buffer.from('lost'))
  assert.equal(await blobs.sweep(() => false), 0)
  assert.equal(await blobs.sweep(name => name === kept.sha256, { graceMs: -1000 }), 1)
  assert.deepEqual([existsSync(blobs.path(kept.sha256)), existsSync(blobs.path(lost.sha256))], [true, false])
  // A put of the same bytes while the sweep asks for references saves the blob.
  const graceMs = 20
  const old = Date.now() + graceMs + 5
  while (Date.now() < old) await new Promise(setImmediate)
  assert.equal(await blobs.sweep(async () => { await blobs.put(Buffer.from('kept')); return false }, { graceMs }), 0)
})

test('an ephemeral cloud makes no folder until it has a blob, and removes it', async () => {
  const blobs = openBlobs({ ephemeral: true })
  await blobs.close()
  const { sha256 } = await blobs.put(Buffer.from('x'))
  const root = dirname(dirname(blobs.path(sha256)))
  assert.ok(existsSync(root))
  await blobs.close()
  assert.ok(!existsSync(root))
})

test('path: refuses what is not a hash', () => {
  assert.throws(() => openBlobs({ ephemeral: true }).path('../../etc/passwd'), TypeError)
})
