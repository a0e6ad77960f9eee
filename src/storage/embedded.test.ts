import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, test } from 'node:test'
import { StorageFullError, StoreUnavailableError } from '../platform/store-errors.ts'
import { conformance } from './conformance.ts'
import { openStore } from './open.ts'

const root = mkdtempSync(join(tmpdir(), 'store-test-'))
after(() => rmSync(root, { recursive: true }))
let folders = 0
const newFolder = () => join(root, String(folders++))

conformance('embedded', () => openStore({ folder: newFolder() }))

test('a store is there again when it is opened again', async () => {
  const folder = newFolder()
  for (let round = 0; round < 3; round++) {
    const store = await openStore({ folder })
    const found = await store.transact(tx => tx.get('round'))
    assert.equal(found && Buffer.from(found).toString(), round === 0 ? undefined : `${round - 1}`)
    await store.transact(async tx => tx.put('round', Buffer.from(`${round}`)))
    await store.close()
  }
})

test('a second opening of the folder is refused, and names the process that has it', async () => {
  const folder = newFolder()
  const script = `const { openStore } = await import(process.argv[1])
    await openStore({ folder: process.argv[2] })
    console.log('open')
    setInterval(() => {}, 1000)`
  const open = join(import.meta.dirname, 'open.ts')
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script, open, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    await new Promise(resolve => holder.stdout.once('data', resolve))
    await assert.rejects(openStore({ folder }), error => error instanceof StoreUnavailableError && error.message.includes(`process ${holder.pid}`))
  } finally {
    holder.kill('SIGKILL')
  }
  await new Promise(resolve => holder.once('exit', resolve))
  const store = await openStore({ folder })
  await assert.rejects(openStore({ folder }), error => error instanceof StoreUnavailableError && error.message.includes(`process ${process.pid}`))
  await store.close()
})

test('a store of a newer Fogbank, or of another program, is refused and left alone', async () => {
  const folder = newFolder()
  await (await openStore({ folder })).close()
  let db = new DatabaseSync(join(folder, 'store.db'))
  db.exec('PRAGMA user_version = 99')
  db.close()
  await assert.rejects(openStore({ folder }), error => error instanceof StoreUnavailableError && /newer Fogbank \(format 99; .*Update/.test(error.message))
  db = new DatabaseSync(join(folder, 'store.db'))
  assert.equal(db.prepare('PRAGMA user_version').get()!.user_version, 99)
  db.exec('PRAGMA user_version = 1')
  db.close()
  await (await openStore({ folder })).close()

  const foreign = newFolder()
  mkdirSync(foreign)
  db = new DatabaseSync(join(foreign, 'store.db'))
  db.exec('CREATE TABLE theirs (a)')
  db.close()
  await assert.rejects(openStore({ folder: foreign }), /another program/)
  const broken = newFolder()
  mkdirSync(broken)
  writeFileSync(join(broken, 'store.db'), 'not a database at all, but long enough to have a header'.repeat(100))
  await assert.rejects(openStore({ folder: broken }), /not a store of Fogbank/)
})

/** Bounds what can be written to the folder: a small disk where we may mount one, else a bound on the size of this process's files. */
function squeeze(folder: string): { makeRoom: () => void, end: () => void } {
  mkdirSync(folder)
  const filler = join(folder, 'filler')
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', folder], { stdio: 'ignore' })
    writeFileSync(filler, Buffer.alloc(1 << 20))
    return { makeRoom: () => rmSync(filler), end: () => execFileSync('umount', ['-l', folder]) }
  } catch {
    const limit = (bytes: string) => execFileSync('prlimit', ['--pid', `${process.pid}`, `--fsize=${bytes}:unlimited`])
    limit('2000000')
    return { makeRoom: () => limit('unlimited'), end: () => limit('unlimited') }
  }
}

test('a full disk is an error for the caller, and the store goes on when there is room', async () => {
  const folder = newFolder()
  const { makeRoom, end } = squeeze(folder)
  try {
    let store = await openStore({ folder })
    let kept = 0
    const addOne = async () => {
      await store.transact(async tx => { tx.put(`k${kept}`, Buffer.alloc(10_000, 1)); tx.put('count', Buffer.from(`${kept + 1}`)) })
      kept++
    }
    const fill = async () => {
      for (;;) await addOne()
    }
    const check = async () => {
      const entries = await store.transact(tx => tx.range({ start: 'k', end: 'l' }))
      const count = Buffer.from((await store.transact(tx => tx.get('count')))!).toString()
      assert.deepEqual([entries.length, count], [kept, `${kept}`])
    }
    await assert.rejects(fill(), StorageFullError)
    assert.ok(kept > 10)
    await check()
    // Several at once: all are told, none is half there.
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, (_, at) => store.transact(async tx => tx.put(`x${at}`, Buffer.alloc(1 << 20)))))
    assert.ok(outcomes.every(outcome => outcome.status === 'rejected' && outcome.reason instanceof StorageFullError))
    await check()
    makeRoom()
    await addOne()
    await check()
    await store.close()
    store = await openStore({ folder })
    await check()
    await store.close()
  } finally {
    end()
  }
})
