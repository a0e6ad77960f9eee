import { strict as assert } from 'node:assert'
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { extension } from '../extensions/programs.ts'
import { invocation, openPlace, read, skip } from './helpers.ts'

// An extension is somebody else's program as well: it has what its function has, and no more.
const place = openPlace(undefined, 1)
after(() => place.close())
const bounded = { skip, timeout: 30_000 }
let count = 0

/** The folder of layers with one extension, which runs this code at each invocation; `out` is what it says of it. */
function layersWith(code: string): string {
  const folder = join(place.folder, `layers${count++}`)
  mkdirSync(join(folder, 'extensions'), { recursive: true })
  const body = `const fs = require('node:fs'), { execSync } = require('node:child_process')
    const attempt = (work) => { try { return work() ?? 'done' } catch (error) { return error.code ?? String(error.stderr ?? error) } }
    await register(['INVOKE'])
    for (;;) {
      await next()
      console.log(JSON.stringify(await (async () => { ${code} })()))
    }`
  writeFileSync(join(folder, 'extensions', 'x'), extension(body), { mode: 0o755 })
  return folder
}

async function runWith(code: string, handler = 'return 1', environment: Record<string, string> = {}) {
  const lines: string[] = []
  const started = await place.start(handler, {
    layersFolder: layersWith(code), environment, onOutput: (line, _at, source) => void (source && lines.push(line)),
  })
  assert.equal(started.initError, undefined, lines.join('\n'))
  const answer = read(await started.invoke(invocation()))
  return { started, answer, said: JSON.parse(lines.at(-1)!) }
}

test('the host\'s files are not there, and nothing but /tmp can be written', bounded, async () => {
  const secret = join(place.folder, 'secret')
  writeFileSync(secret, 'secret', { mode: 0o644 })
  const paths = [secret, '/etc/shadow', '/root/.bashrc', '/sys/kernel/notes', `/proc/${process.pid}/environ`, '/dev/kmsg', '/dev/vda']
  const folders = ['/', '/usr/bin', '/etc', '/var/task', '/var/runtime', '/opt', '/opt/extensions', '/dev']
  const { started, said } = await runWith(`return {
    reads: ${JSON.stringify(paths)}.map((path) => attempt(() => fs.readFileSync(path, 'utf8'))),
    writes: ${JSON.stringify(folders)}.map((path) => attempt(() => fs.writeFileSync(path + '/x', 'x'))), tmp: attempt(() => fs.writeFileSync('/tmp/x', 'x')) }`)
  for (const answer of said.reads) assert.match(answer, /^(ENOENT|EACCES|EPERM)$/)
  for (const answer of said.writes) assert.match(answer, /^(EROFS|EACCES|EPERM|ENOENT)$/)
  assert.equal(said.tmp, 'done')
  await started.stop()
})

test('it is the function\'s user, without capabilities or new privileges and behind the filter, in the function\'s network', bounded, async () => {
  const look = `({ status: fs.readFileSync('/proc/self/status', 'utf8'), net: fs.readlinkSync('/proc/self/ns/net'),
    mount: attempt(() => execSync('mount -t tmpfs x /tmp 2>&1; unshare -r true 2>&1; true').toString()) })`
  const { started, answer, said } = await runWith(`return ${look}`, `return ${look}`)
  const facts = (status: string) => /^(Uid|Gid|CapEff|CapBnd|NoNewPrivs|Seccomp):.*$/gm[Symbol.match](status)
  assert.deepEqual(facts(said.status), facts(answer.status))
  assert.match(said.status, /^CapEff:\t0+$/m)
  assert.match(said.status, /^NoNewPrivs:\t1$/m)
  assert.match(said.status, /^Seccomp:\t2$/m)
  assert.equal(said.net, answer.net)
  assert.doesNotMatch(said.mount, /^$/)
  await started.stop()
})

test('/tmp is shared with the function', bounded, async () => {
  const { started, answer } = await runWith(`for (let n = 0; n < 100 && !fs.existsSync('/tmp/asks'); n++) await sleep(10)
    fs.writeFileSync('/tmp/answers', 'yes')
    return 0`, `fs.writeFileSync('/tmp/asks', '')
    for (let n = 0; n < 200 && !fs.existsSync('/tmp/answers'); n++) await new Promise((done) => setTimeout(done, 10))
    return attempt(() => fs.readFileSync('/tmp/answers', 'utf8'))`)
  assert.equal(answer, 'yes')
  await started.stop()
})

test('what its environment holds is among nobody\'s arguments', bounded, async () => {
  const secret = `secret${process.pid}of${Date.now()}`
  const { started, said } = await runWith('return process.env.SECRET', 'return 1', { SECRET: secret })
  assert.equal(said, secret)
  const shown = globSync('/proc/[0-9]*/cmdline').filter((file) => {
    try { return readFileSync(file, 'utf8').includes(secret) } catch { return false }
  })
  assert.deepEqual(shown, [])
  await started.stop()
})

const limited = { ...bounded, skip: skip || process.getuid!() !== 0 && 'Limits need control groups' }
test('more memory than the function has, in an extension, ends the environment', limited, async () => {
  const layersFolder = layersWith('const all = []; for (;;) { all.push(Buffer.alloc(10e6, 1)); await sleep(1) }')
  const started = await place.start('return new Promise((done) => setTimeout(done, 10_000))', {
    layersFolder, memoryMB: 256, ephemeralStorageMB: 64,
  })
  assert.equal(started.initError, undefined)
  const outcome = await started.invoke(invocation({}, 9000))
  assert.ok(outcome.kind === 'exit' && outcome.outOfMemory || outcome.kind === 'extension' && outcome.message === 'signal: killed', JSON.stringify(outcome))
  await started.stop()
})
