import { strict as assert } from 'node:assert'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { after, test } from 'node:test'
import type { Snapshot } from '../../src/contracts/sandbox.ts'
import { probeCheckpoints } from '../../src/sandbox/criu.ts'
import { checkSnapshot } from '../../src/sandbox/snapshots.ts'
import { built, has } from '../journeys/functions-built.ts'
import { invocation, openPlace, path, read } from './place.ts'

// Snapshots of functions, by criu of this machine. Where it has none that works, what is refused says so, and that is tested instead.
const place = openPlace('isolated')
after(() => place.close())
const { works } = await place.sandboxes.snapshots!()
// Not skipped elsewhere, but absent: the first test is what holds there.
const on = works ? (name: string, run: () => Promise<void>, timeout = 120_000) => void test(name, { timeout }, run) : () => {}

let count = 0
const folderOf = () => join(place.lay({}), `snapshot${count++}`)
const snapshot = (folder: string, mode: Snapshot['mode']): { snapshot: Snapshot } => ({
  snapshot: { mode, folder, credentials: async () => ({ AccessKeyId: 'AKIA', SecretAccessKey: 's', Token: 't', Expiration: '2030-01-01T00:00:00Z' }) },
})
const python = { runtime: 'python3.12', handler: 'app.handler', memoryMB: 256 }

test('a host without a working criu refuses a snapshot and says how to get it', async () => {
  const code = place.lay({ 'app.py': 'def handler(event, context): return 1' })
  const refused = { reason: 'host-limit', message: /install criu 4\.1 or newer/ }
  if (!works) return assert.rejects(place.start(code, { ...python, ...snapshot(folderOf(), 'take') }), refused)
  const checkpoints = await probeCheckpoints(path, '/nowhere', [])
  assert.throws(() => checkSnapshot({ ...python } as never, checkpoints, true), refused)
})

on('Python goes on from its snapshot: what init made is there, files of /tmp too, hooks have run, random numbers differ', async () => {
  const code = place.lay({ 'app.py': `
import os, random, urllib.request
from snapshot_restore_py import register_before_snapshot, register_after_restore
seen = []
register_before_snapshot(seen.append, 'first')
@register_before_snapshot
def before(): seen.append('second')
@register_after_restore
def after(): seen.append('after')
os.makedirs('/tmp/a/b')
open('/tmp/a/b/c', 'w').write('kept')
print('init')
calls = 0
def handler(event, context):
    global calls
    calls += 1
    if 'exit' in event: os._exit(event['exit'])
    print('called')
    open('/tmp/mine', 'w').write('x')
    asked = urllib.request.Request(os.environ['AWS_CONTAINER_CREDENTIALS_FULL_URI'], headers={'Authorization': event.get('token', 'secret')})
    try: key = urllib.request.urlopen(asked).read().decode()
    except Exception as error: key = str(error)
    return {'seen': seen, 'random': random.random(), 'calls': calls, 'file': open('/tmp/a/b/c').read(), 'key': key, 'name': context.function_name}
` })
  const environment = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://127.0.0.1:9001/2021-04-23/credentials', AWS_CONTAINER_AUTHORIZATION_TOKEN: 'secret', no_proxy: '*',
  }
  const folder = folderOf()
  const taken = await place.start(code, { ...python, environment, ...snapshot(folder, 'take') })
  assert.deepEqual([taken.environment.initError, taken.environment.alive, taken.lines], [undefined, false, ['init']])
  const drawn = new Set<number>()
  for (let n = 0; n < 2; n++) {
    const { environment: restored, lines } = await place.start(code, { ...python, environment, ...snapshot(folder, 'restore') })
    assert.ok(restored.afterRestoreMs! >= 0 && restored.afterRestoreMs! <= restored.initDurationMs)
    const first = read(await restored.invoke(invocation()))
    drawn.add(first.random)
    assert.deepEqual({ ...first, random: 0, key: JSON.parse(first.key).AccessKeyId }, {
      seen: ['second', 'first', 'after'], random: 0, calls: 1, file: 'kept', key: 'AKIA', name: 'f',
    })
    await restored.freeze()
    assert.match(read(await restored.invoke(invocation({ token: 'wrong' }))).key, /403/)
    assert.deepEqual(lines, ['called', 'called'])
    const { kind, ...how } = await restored.invoke(invocation({ exit: 3 }))
    assert.deepEqual([kind, 'code' in how && how.code], ['exit', 3])
    await restored.stop()
  }
  assert.equal(drawn.size, 2)
  const together = await Promise.all([1, 2, 3, 4].map(() => place.start(code, { ...python, environment, ...snapshot(folder, 'restore') })))
  for (const each of together) drawn.add(read(await each.environment.invoke(invocation())).random)
  assert.equal(drawn.size, 6)
  assert.deepEqual(readdirSync(folder).filter((name) => name.startsWith('restore-')), [])
})

on('a restored function has no more rights than another: filter, capabilities, limits, descriptors, network and processes', async () => {
  const code = place.lay({ 'app.py': `
import os, re, resource, socket
def tried(run):
    try: return str(run())
    except Exception as error: return type(error).__name__
def handler(event, context):
    status = open('/proc/self/status').read()
    own = {name: re.search(name + ':[ \\t]*(.*)', status).group(1) for name in ('CapEff', 'CapPrm', 'CapBnd', 'CapInh', 'NoNewPrivs', 'Seccomp', 'Groups')}
    own['limits'] = [resource.getrlimit(which) for which in (resource.RLIMIT_NOFILE, resource.RLIMIT_CORE)]
    own['interfaces'] = [name for _, name in socket.if_nameindex()]
    own['unshare'] = tried(lambda: os.unshare(0x10000000))
    own['raw'] = tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, 1))
    own['write'] = [tried(lambda: open(path + '/x', 'w')) for path in ('/', '/var/task', '/etc', '/usr')]
    own['run'] = tried(lambda: open('/run/restored/x', 'w')) in ('OSError', 'FileNotFoundError')
    own['shows'] = {path: sorted(os.listdir(path)) for path in ('/var', '/mnt', '/opt') if os.path.exists(path)}
    own['images'] = [name for name in os.listdir('/proc/self/fd') if os.path.isdir('/proc/self/fd/' + name) and int(name) > 6]
    own['strangers'] = len([pid for pid in os.listdir('/proc') if pid.isdigit()]) > 6
    return own` })
  const folder = folderOf()
  await place.start(code, { ...python, ...snapshot(folder, 'take') })
  const restored = await place.start(code, { ...python, ...snapshot(folder, 'restore') })
  const plain = await place.start(code, python)
  const [one, other] = [read(await restored.environment.invoke(invocation())), read(await plain.environment.invoke(invocation()))]
  assert.deepEqual(one, other)
  assert.deepEqual([one.CapEff, one.NoNewPrivs, one.Seccomp, one.unshare, one.strangers], ['0000000000000000', '1', '2', 'PermissionError', false])
})

on('an error of a hook is init\'s or the restore\'s, and of a snapshot that failed nothing is left', async () => {
  const hook = (name: string) => place.lay({ 'app.py': `
import snapshot_restore_py
def fail(): raise ValueError('no')
snapshot_restore_py.register_${name}(fail)
def handler(event, context): return 1` })
  const folder = folderOf()
  const before = await place.start(hook('before_snapshot'), { ...python, ...snapshot(folder, 'take') })
  assert.deepEqual([before.environment.initError?.kind, read(before.environment.initError).errorType], ['error', 'Runtime.BeforeSnapshotError'])
  assert.equal(existsSync(folder), false)
  const code = hook('after_restore')
  await place.start(code, { ...python, ...snapshot(folder, 'take') })
  const later = await place.start(code, { ...python, ...snapshot(folder, 'restore') })
  assert.deepEqual([read(later.environment.initError).errorType, read(later.environment.initError).errorMessage], ['Runtime.AfterRestoreError', 'no'])
})

on('a snapshot that is not there, or broken, is unusable; a restored function that takes too much is ended', async () => {
  const code = place.lay({ 'app.py': 'import time\ndef handler(event, context):\n  if event.get("sleep"): time.sleep(60)\n'
    + '  return len(b"x" * (event["mb"] << 20))' })
  const folder = folderOf()
  await assert.rejects(place.start(code, { ...python, ...snapshot(folder, 'restore') }), { reason: 'snapshot-unusable' })
  await place.start(code, { ...python, ...snapshot(folder, 'take') })
  await assert.rejects(place.start(code, { ...python, ...snapshot(folder, 'restore'), endpoints: [{ port: 4999, serve: (socket) => socket.destroy() }] }), {
    reason: 'snapshot-unusable',
  })
  const { environment } = await place.start(code, { ...python, ...snapshot(folder, 'restore') })
  assert.equal(read(await environment.invoke(invocation({ mb: 1 }))), 1 << 20)
  const over = await environment.invoke(invocation({ mb: 1500 }))
  assert.deepEqual([over.kind, 'outOfMemory' in over && over.outOfMemory], ['exit', true])
  const slow = await place.start(code, { ...python, ...snapshot(folder, 'restore') })
  assert.equal((await slow.environment.invoke(invocation({ sleep: true }, { timeoutMs: 300 }))).kind, 'timeout')
})

on('a connection that init left open has ended after the restore; a socket that listens cannot be kept, which is said', async () => {
  const code = place.lay({ 'app.py': `
import socket, os
kept = socket.create_connection(('127.0.0.1', 9001))
if os.environ.get('LISTENS'):
    listening = socket.create_server(('127.0.0.1', 8000))
def handler(event, context): return kept.recv(1).decode()` })
  const folder = folderOf()
  await place.start(code, { ...python, ...snapshot(folder, 'take') })
  const { environment } = await place.start(code, { ...python, ...snapshot(folder, 'restore') })
  assert.equal(read(await environment.invoke(invocation())), '')
  const other = folderOf()
  const taking = place.start(code, { ...python, environment: { LISTENS: '1' }, ...snapshot(other, 'take') })
  const outcome = await taking.then(() => 'taken', (error: Error) => error.message)
  // Some versions of criu can, on some kernels.
  assert.match(outcome, /^taken$|^The snapshot could not be taken: init left a network connection or a listening socket open/)
  assert.equal(existsSync(other), outcome === 'taken')
})

const pom = `<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>
<groupId>shop</groupId><artifactId>app</artifactId><version>1</version><dependencies>
<dependency><groupId>io.github.crac</groupId><artifactId>org-crac</artifactId><version>0.1.3</version></dependency></dependencies></project>`
const app = `import java.util.*;
import org.crac.*;

public class App implements Resource {
  static final List<String> seen = new ArrayList<>();
  static final App kept = new App();
  static int calls;
  static { Core.getGlobalContext().register(kept); System.out.println("init"); }
  public void beforeCheckpoint(Context<? extends Resource> context) { seen.add("before"); }
  public void afterRestore(Context<? extends Resource> context) { seen.add("after"); }
  public List<Object> handle(Map<String, Object> event) { System.out.println("called"); return List.of(seen, ++calls); }
}
`
const java = await has('mvn', '-v') && await has('javac', '-version')
if (java) on('Java goes on from its snapshot, with the hooks of org.crac', async () => {
  const code = await built('java-snapshot', { 'App.java': app, 'pom.xml': pom }, [
    ['mvn', '-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], ['javac', '--release', '17', '-cp', 'lib/*', 'App.java'],
  ])
  const folder = folderOf()
  const spec = { runtime: 'java17', handler: 'App::handle', memoryMB: 512 }
  const taken = await place.start(code, { ...spec, ...snapshot(folder, 'take') })
  assert.deepEqual([taken.environment.initError, taken.lines], [undefined, ['init']])
  for (let n = 0; n < 2; n++) {
    const { environment, lines } = await place.start(code, { ...spec, ...snapshot(folder, 'restore') })
    assert.deepEqual(read(await environment.invoke(invocation())), [['before', 'after'], 1])
    assert.deepEqual(read(await environment.invoke(invocation())), [['before', 'after'], 2])
    assert.deepEqual(lines, ['called', 'called'])
    await environment.stop()
  }
}, 300_000)
