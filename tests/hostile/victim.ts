import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSandboxes } from '../../src/sandbox/open.ts'
import { nodeExtension } from '../extensions/programs.ts'
import { invocation, path, quiet, specOf } from './helpers.ts'

// A Fogbank that is killed while one function runs, one is frozen with its extension and a pool waits.
const folder = process.argv[2]!
const code = join(folder, 'code')
mkdirSync(code)
writeFileSync(join(code, 'index.js'), `const { spawn } = require('node:child_process')
  exports.handler = async (event) => {
    spawn('setsid', ['sh', '-c', 'trap "" TERM HUP; sleep 1000'], { detached: true, stdio: 'ignore' }).unref()
    if (event.busy) for (;;) {}
  }`)
const layersFolder = join(folder, 'layers')
mkdirSync(join(layersFolder, 'extensions'), { recursive: true })
writeFileSync(join(layersFolder, 'extensions', 'watcher'), nodeExtension(`require('node:child_process')
  .spawn('setsid', ['sh', '-c', 'trap "" TERM HUP; sleep 1000'], { detached: true, stdio: 'ignore' }).unref()`), { mode: 0o755 })
const sandboxes = openSandboxes({ driver: 'isolated', folder: join(folder, 'state'), log: quiet, path, poolSize: 1 })
const frozen = await sandboxes.start(specOf(code, { layersFolder }))
if (frozen.initError) throw new Error(JSON.stringify(frozen.initError))
await frozen.invoke(invocation())
await frozen.freeze()
const busy = await sandboxes.start(specOf(code))
void busy.invoke(invocation({ busy: true }, 60_000))
setTimeout(() => console.log('ready'), 300)
