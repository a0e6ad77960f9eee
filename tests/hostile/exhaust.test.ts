import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { after, test } from 'node:test'
import { eventually, invocation, openPlace, processesOf, read, skip } from './helpers.ts'

// What a function can use up: its own share, for its own time.
const place = openPlace()
after(() => place.close())
const bounded = { skip, timeout: 20_000 }
const limited = { ...bounded, skip: skip || process.getuid?.() !== 0 && 'Control groups need root or a delegated scope' }

test('forks without end meet a bound, end with the time-out, and the host starts processes meanwhile', limited, async () => {
  const environment =
    await place.start(`spawn('sh', ['-c', 'f() { f | f & f; }; f'], { stdio: 'ignore' }); return new Promise(() => setInterval(() => {}, 1000))`)
  const outcome = environment.invoke(invocation({}, 1500))
  assert.equal(execFileSync('echo', ['alive']).toString(), 'alive\n')
  assert.equal((await outcome).kind, 'timeout')
  assert.equal(await eventually(() => processesOf(process.pid).length === 0), true)
})

test('a function has at most 1024 processes and 1024 files', limited, async () => {
  const environment = await place.start(`
    const files = []
    const full = attempt(() => { for (;;) files.push(fs.openSync('/dev/null')) })
    for (const file of files) fs.closeSync(file)
    const script = 'n=0; while [ $n -lt 1100 ]; do sleep 5 & n=$((n+1)); done; echo all'
    return { full, files: files.length, forks: attempt(() => String(execSync(script, { stdio: 'pipe' }))) }`)
  const seen = read(await environment.invoke(invocation({}, 15_000)))
  assert.equal(seen.full, 'EMFILE')
  assert.ok(seen.files < 1024)
  assert.match(seen.forks, /fork/i)
  await environment.stop()
  assert.equal(processesOf(process.pid).length, 0)
})

test('memory without end is a kill that says so, of the function\'s own and of its children\'s', limited, async () => {
  const own = await place.start(`const all = []; for (;;) { all.push(Buffer.alloc(3e7, 1)); await 1 }`, { memoryMB: 256 })
  const first = await own.invoke(invocation())
  assert.deepEqual(
    { kind: first.kind, outOfMemory: first.kind === 'exit' && first.outOfMemory, used: first.maxMemoryUsedMB },
    { kind: 'exit', outOfMemory: true, used: 256 },
  )
  const child = await place.start(
    `spawn('sh', ['-c', 'head -c 3000m /dev/zero | tail'], { stdio: 'ignore' }); return new Promise(() => setInterval(() => {}, 1000))`,
    { memoryMB: 256 },
  )
  const second = await child.invoke(invocation())
  assert.equal(second.kind === 'exit' && second.outOfMemory, true)
})

test('a full /tmp is the function\'s own trouble, and is not memory', bounded, async () => {
  const environment = await place.start(`
    const piece = Buffer.alloc(1 << 20, 1)
    let size = 0
    const why = attempt(() => { for (;;) { fs.appendFileSync('/tmp/big', piece); size++ } })
    return { why, size }`, { memoryMB: 256, ephemeralStorageMB: 600 })
  const seen = read(await environment.invoke(invocation({}, 15_000)))
  assert.equal(seen.why, 'ENOSPC')
  assert.ok(seen.size >= 590 && seen.size <= 600, `${seen.size} MB`)
  assert.equal(read(await environment.invoke(invocation({}, 15_000))).why, 'ENOSPC')
  await environment.stop()
})

test('output without end waits for its reader, and does not fill the host\'s memory', bounded, async () => {
  const before = process.memoryUsage().rss
  let lines = 0
  const onOutput = (): Promise<void> => {
    lines++
    return new Promise((resolve) => setTimeout(resolve, 1))
  }
  const code = `const line = 'x'.repeat(10000); for (;;) { attempt(() => fs.writeSync(1, line + '\\n')); console.log(line) }`
  const environment = await place.start(code, { onOutput })
  assert.equal((await environment.invoke(invocation({}, 1000))).kind, 'timeout')
  assert.ok(lines > 0)
  assert.ok(process.memoryUsage().rss - before < 100e6, `${process.memoryUsage().rss - before} bytes`)
})

test('whoever ignores SIGTERM is killed, and children that were left behind go with it', bounded, async () => {
  const environment = await place.start(`
    process.on('SIGTERM', () => {})
    for (let n = 0; n < 5; n++) spawn('setsid', ['sh', '-c', 'trap "" TERM HUP; sleep 1000'], { detached: true, stdio: 'ignore' }).unref()
    return 'left'`)
  assert.equal(read(await environment.invoke(invocation())), 'left')
  const began = performance.now()
  await environment.stop()
  assert.ok(performance.now() - began < 2000)
  assert.deepEqual(processesOf(process.pid), [])
})

test('a busy loop has its share of the processor and no more', limited, async () => {
  const environment = await place.start(`const end = Date.now() + 1000; while (Date.now() < end); return process.cpuUsage().user / 1e6`, { memoryMB: 442 })
  await environment.invoke(invocation())
  const first = read(await environment.invoke(invocation()))
  const second = read(await environment.invoke(invocation()))
  assert.ok(second - first < 0.5, `${second - first} s of processor time in one second at a quarter of a processor`)
  await environment.stop()
})
