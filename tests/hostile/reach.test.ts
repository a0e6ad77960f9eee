import { strict as assert } from 'node:assert'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { invocation, openPlace, read, skip } from './helpers.ts'

// What a function can reach: nothing of the host's, and nothing of another function's.
const place = openPlace()
after(() => place.close())
const bounded = { skip, timeout: 20_000 }

test('the host\'s files are not there', bounded, async () => {
  const secret = join(place.folder, 'secret')
  writeFileSync(secret, 'secret', { mode: 0o644 })
  const environment = await place.start(`return event.paths.map((path) => attempt(() => fs.readdirSync('/') && fs.readFileSync(path, 'utf8')))`)
  const paths = [
    secret, `/proc/1/root${secret}`, '/etc/shadow', '/root/.bashrc', '/home', '/sys/kernel/notes', `/proc/${process.pid}/environ`, '/dev/kmsg', '/dev/vda',
    '/dev/sda',
  ]
  for (const answer of read(await environment.invoke(invocation({ paths })))) assert.match(answer, /^(ENOENT|EACCES|EPERM)$/)
  await environment.stop()
})

test('nothing but /tmp can be written', bounded, async () => {
  const environment = await place.start(`return event.paths.map((path) => attempt(() => fs.writeFileSync(path + '/x', 'x')))`)
  const paths = ['/', '/usr/bin', '/etc', '/var', '/var/task', '/var/runtime', '/var/lang/bin', '/opt', '/dev', '/dev/shm', '/proc/sys/kernel', '/tmp']
  const answers: string[] = read(await environment.invoke(invocation({ paths })))
  assert.equal(answers.pop(), 'done')
  for (const answer of answers) assert.match(answer, /^(EROFS|EACCES|EPERM|ENOENT)$/)
  await environment.stop()
})

test('another function\'s code, /tmp and processes are nowhere to be found', bounded, async () => {
  const victim = await place.start(`fs.writeFileSync('/tmp/marker-of-tmp', 'x'); return [fs.existsSync('marker-of-code'), fs.existsSync('/tmp/marker-of-tmp')]`)
  writeFileSync(join(place.codeFolder(), 'marker-of-code'), '')
  assert.deepEqual(read(await victim.invoke(invocation())), [true, true])
  const environment = await place.start(`
    const found = []
    const walk = (folder, depth) => {
      const entries = attempt(() => fs.readdirSync(folder || '/', { withFileTypes: true }))
      if (Array.isArray(entries)) for (const entry of entries) {
        const at = folder + '/' + entry.name
        if (entry.name.startsWith('marker-of')) found.push(at)
        if (entry.isDirectory() && depth < 6 && !/^\\/(usr|lib|proc)/.test(at)) walk(at, depth + 1)
      }
    }
    walk('', 0)
    const pids = fs.readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name))
    return { found, pids: pids.length,
      roots: pids.map((pid) => attempt(() => fs.readdirSync('/proc/' + pid + '/root/tmp').join())) }`)
  const seen = read(await environment.invoke(invocation()))
  assert.deepEqual(seen.found, [])
  assert.ok(seen.pids <= 3, `${seen.pids} processes are seen`)
  assert.ok(!seen.roots.join().includes('marker'))
  await Promise.all([environment.stop(), victim.stop()])
})

test('the host\'s loopback services, its addresses, its abstract sockets and the metadata address do not answer', bounded, async () => {
  const reached: string[] = []
  const tcp = createServer((socket) => void (reached.push('tcp'), socket.destroy())).listen(0)
  const abstract = createServer((socket) => void (reached.push('unix'), socket.destroy())).listen(`\0fogbank-hostile-${process.pid}`)
  for (const server of [tcp, abstract]) server.unref()
  await Promise.all([once(tcp, 'listening'), once(abstract, 'listening')])
  const { port } = tcp.address() as AddressInfo
  const hosts = ['127.0.0.1', '::1', '169.254.169.254', ...Object.values(networkInterfaces()).flat().map((one) => one!.address)]
  const environment = await place.start(`
    const ask = (to) => new Promise((ok) => net.connect(to, () => ok('connected')).on('error', (error) => ok(error.code)).setTimeout(1000, () => ok('silent')))
    return Promise.all([...event.hosts.map((host) => ask({ host, port: event.port })), ask({ path: event.abstract })])`)
  const answers: string[] = read(await environment.invoke(invocation({ hosts, port, abstract: `\0fogbank-hostile-${process.pid}` })))
  for (const answer of answers) assert.match(answer, /^(ECONNREFUSED|ENETUNREACH|EADDRNOTAVAIL|EHOSTUNREACH|EINVAL)$/)
  assert.deepEqual(reached, [])
  tcp.close()
  abstract.close()
  await environment.stop()
})

test('signals reach no process outside', bounded, async () => {
  const bystander = spawn('sleep', ['30'])
  const environment = await place.start(`
    return [attempt(() => process.kill(event.pid, 9)), attempt(() => process.kill(event.parent, 9)), attempt(() => execSync('kill -9 -1'))]`)
  const outcome = await environment.invoke(invocation({ pid: bystander.pid, parent: process.pid }))
  if (outcome.kind === 'response') assert.deepEqual(read(outcome).slice(0, 2), ['ESRCH', 'ESRCH'])
  else assert.equal(outcome.kind, 'exit')
  assert.deepEqual([bystander.exitCode, bystander.signalCode], [null, null])
  bystander.kill('SIGKILL')
  await environment.stop()
})

test('namespaces, mounts, tracing and raw sockets are refused', bounded, async () => {
  const environment = await place.start(`return event.commands.map((command) => attempt(() => execSync(command, { stdio: 'pipe' })))`)
  const commands = [
    'unshare -U true', 'unshare -m true', 'mount -t tmpfs none /tmp', 'umount /tmp', 'chroot /tmp', 'dmesg', 'setpriv --reuid 0 true',
    'nsenter -t 1 -m true', 'su -c true',
  ]
  const answers: unknown[] = read(await environment.invoke(invocation({ commands })))
  answers.forEach((answer, n) => assert.match(String(answer), /not permitted|must be superuser|failed|denied|no such|root|abort/i, commands[n]))
  const status = await place.start(`return fs.readFileSync('/proc/self/status', 'utf8')`)
  const text: string = read(await status.invoke(invocation()))
  assert.match(text, /^CapEff:\t0+$/m)
  assert.match(text, /^NoNewPrivs:\t1$/m)
  assert.match(text, /^Seccomp:\t2$/m)
  await Promise.all([environment.stop(), status.stop()])
})
