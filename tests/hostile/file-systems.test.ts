import { strict as assert } from 'node:assert'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { invocation, openPlace, read, skip } from './helpers.ts'

// What functions share of a file system, and what nobody else sees of it.
const place = openPlace()
const started: { stop(): Promise<void> }[] = []
after(async () => {
  await Promise.all(started.map(environment => environment.stop()))
  await place.close()
})

const shared = () => ({ fileSystem: { folder: join(place.folder, 'efs', 'one'), at: '/mnt/data', name: 'one' } })
async function run(code: string, changes: object, event: unknown = {}): Promise<any> {
  const environment = await place.start(code, changes)
  started.push(environment)
  return read(await environment.invoke(invocation(event)))
}

test('what one function writes another reads and changes, also in folders and after a rename', { skip }, async () => {
  await run('fs.mkdirSync("/mnt/data/a"); fs.writeFileSync("/mnt/data/a/x", "1"); fs.renameSync("/mnt/data/a", "/mnt/data/b")', shared())
  const seen = await run('fs.appendFileSync("/mnt/data/b/x", "2"); return fs.readFileSync("/mnt/data/b/x", "utf8")', shared())
  assert.equal(seen, '12')
  assert.equal(readFileSync(join(place.folder, 'efs', 'one', 'b', 'x'), 'utf8'), '12')
})

test('a function without it, or with another, sees nothing of it', { skip }, async () => {
  await run('fs.writeFileSync("/mnt/data/secret", "s")', shared())
  assert.equal(await run('return attempt(() => fs.readdirSync("/mnt").join())', {}), 'ENOENT')
  const other = { fileSystem: { folder: join(place.folder, 'efs', 'two'), at: '/mnt/data', name: 'two' } }
  assert.deepEqual(await run('return fs.readdirSync("/mnt/data")', other), [])
})

test('a link in it leads nowhere outside, and a set-user-id program in it gives no rights', { skip }, async () => {
  await run(`fs.symlinkSync("/etc/shadow", "/mnt/data/link"); fs.copyFileSync("/usr/bin/id", "/mnt/data/id")
    attempt(() => fs.chmodSync("/mnt/data/id", 0o4755))`, shared())
  assert.equal(await run('return attempt(() => fs.readFileSync("/mnt/data/link", "utf8"))', shared()), 'ENOENT')
  assert.doesNotMatch(await run('return execSync("/mnt/data/id").toString()', shared()), /\(root\)/)
})

test('two functions that share it do not see each other\'s processes', { skip }, async () => {
  const environment = await place.start('if (event.wait) { spawn("sleep", ["20"]); return "waits" } return 1', shared())
  started.push(environment)
  await environment.invoke(invocation({ wait: true }))
  const commands = 'fs.readdirSync("/proc").filter(name => Number(name)).map(name => attempt(() => fs.readFileSync("/proc/" + name + "/cmdline", "utf8")))'
  const pids = await run(`return ${commands}.filter(command => command.includes("sleep"))`, shared())
  assert.deepEqual(pids, [])
})
