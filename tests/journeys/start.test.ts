import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'
import { ended, root, startFogbank, type Running } from './processes.ts'

// What a start that cannot be says: one line, what to do, and no stack.
const folder = mkdtempSync(join(tmpdir(), 'fogbank-start-'))
const dataFolder = join(folder, 'data')
let cloud: Running
before(async () => {
  cloud = await startFogbank(dataFolder)
})
after(async () => {
  cloud.child.kill('SIGTERM')
  await ended(cloud.child)
  rmSync(folder, { recursive: true, force: true })
})

async function refused(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, ['bin/fogbank', ...args], { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', piece => said += piece)
  const code = await new Promise(resolve => child.on('close', resolve))
  assert.equal(code, 2, said)
  assert.match(said, /^fogbank: [^\n]+\n$/)
  return said
}

test('a data folder that another process has: its number, and what to do', async () => {
  assert.match(
    await refused('start', '--port', '0', '--data', dataFolder),
    new RegExp(`in use by another Fogbank \\(process ${cloud.child.pid}\\)\\. Stop it, or name another folder\\.`),
  )
})

test('a data folder of a newer Fogbank is refused and left alone', async () => {
  const newer = join(folder, 'newer')
  const first = await startFogbank(newer)
  first.child.kill('SIGTERM')
  await ended(first.child)
  const db = new DatabaseSync(join(newer, 'store.db'))
  db.exec('PRAGMA user_version = 99')
  db.close()
  assert.match(
    await refused('start', '--port', '0', '--data', newer),
    /written by a newer Fogbank \(format 99; this one reads \d+\)\. Update Fogbank, or name another data folder\./,
  )
})

test('a port that is taken', async () => {
  const { port } = new URL(cloud.endpoint)
  assert.match(
    await refused('start', '--port', port, '--ephemeral'),
    new RegExp(`port ${port} is taken\\. Another fogbank may be running; --port N chooses another port\\.`),
  )
})

test('an address that is not ours, a folder that is none, an option that does not exist', async () => {
  assert.match(
    await refused('start', '--port', '0', '--host', '192.0.2.1', '--ephemeral'),
    /192\.0\.2\.1 is no address of this machine \(EADDRNOTAVAIL\); --host H chooses another one\./,
  )
  writeFileSync(join(folder, 'file'), '')
  assert.match(
    await refused('start', '--port', '0', '--data', join(folder, 'file')),
    /the data cannot be kept in .*file: EEXIST.* --data DIR names another folder/,
  )
  assert.match(await refused('start', '--prot', '0'), /Unknown option --prot\. Did you mean --port\?/)
})

test('an old Node hands the command to the one that `npm start` brought, with its words and its exit code, or says how to get one', async () => {
  const clone = join(folder, 'clone')
  mkdirSync(join(clone, 'bin'), { recursive: true })
  copyFileSync(join(root, 'bin/fogbank'), join(clone, 'bin/fogbank'))
  writeFileSync(join(clone, 'package.json'), '{"type":"module"}')
  const old = `data:text/javascript,${encodeURIComponent('Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.20.2" } })')}`
  const command = async () => {
    const child = spawn(process.execPath, ['--import', old, 'bin/fogbank', 'env', '--region', 'eu-west-1'], { cwd: clone, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', piece => said += piece)
    return [await new Promise(resolve => child.on('close', resolve)), said] as const
  }
  const [code, said] = await command()
  assert.equal(code, 1)
  assert.match(said, /^fogbank needs Node 22.18 or newer; .* `npm start` brings its own\.\n$/)
  const brought = join(clone, '.fogbank-node', 'node_modules', `node-${process.platform}-${process.arch}`, 'bin')
  mkdirSync(brought, { recursive: true })
  writeFileSync(join(brought, 'node'), '#!/bin/sh\nshift\necho "brought: $*"\nexit 7\n', { mode: 0o755 })
  assert.deepEqual(await command(), [7, 'brought: env --region eu-west-1\n'])
})
