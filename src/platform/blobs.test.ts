import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { BlobTooLargeError, openBlobs } from './blobs.ts'

const folder = mkdtempSync(join(tmpdir(), 'blobs-test-'))
after(() => rmSync(folder, { recursive: true }))
const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'

// Even what was put in this millisecond is older than that.
const graceMs = -1000

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
  assert.equal(await blobs.sweep(() => false, { graceMs: 60_000 }), 0)
  assert.equal(await blobs.sweep(name => name === kept.sha256, { graceMs }), 1)
  assert.deepEqual([existsSync(blobs.path(kept.sha256)), existsSync(blobs.path(lost.sha256))], [true, false])
})

test('sweep: looks at what was put or released since, or at all files where it is told to', async () => {
  const folderOfE = join(folder, 'e')
  const { sha256 } = await openBlobs({ folder: folderOfE }).put(Buffer.from('left by an earlier process'))
  const blobs = openBlobs({ folder: folderOfE })
  assert.equal(await blobs.sweep(() => false, { graceMs }), 0)
  assert.equal(await blobs.sweep(() => true, { graceMs, everything: true }), 0)
  blobs.released(sha256)
  assert.equal(await blobs.sweep(() => true, { graceMs }), 0, 'another row names it')
  assert.equal(await blobs.sweep(() => false, { graceMs }), 0, 'nothing has happened to it since')
  assert.equal(await blobs.sweep(() => false, { graceMs: 60_000, everything: true }), 0)
  assert.equal(await blobs.sweep(() => false, { graceMs, everything: true }), 1)
})

test('sweep: what happens to a blob while the sweep asks about it saves it', async () => {
  const blobs = openBlobs({ folder: join(folder, 'f') })
  const { sha256 } = await blobs.put(Buffer.from('kept'))
  const saviours = [async () => void await blobs.put(Buffer.from('kept')), () => blobs.named(sha256), () => blobs.released(sha256)]
  for (const everything of [true, false]) {
    for (const save of saviours) {
      blobs.released(sha256)
      assert.equal(await blobs.sweep(async () => { await save(); return false }, { graceMs, everything }), 0)
      assert.ok(existsSync(blobs.path(sha256)))
    }
  }
  // Put and named in one go: nothing is suspected any more, and yet the sweep had begun before.
  assert.equal(await blobs.sweep(async () => { await blobs.put(Buffer.from('kept')); blobs.named(sha256); return false }, { graceMs, everything: true }), 0)
  assert.ok(existsSync(blobs.path(sha256)))
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
