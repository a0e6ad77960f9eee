import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { ended, fogbank, root, startFogbank, type Running } from './processes.ts'

// `fogbank dev` as a person uses it: files are saved, functions are called. The process driver, for its functions can be debugged.
const folder = mkdtempSync(join(tmpdir(), 'fogbank-dev-'))
let cloud: Running
before(async () => { cloud = await startFogbank(join(folder, 'data'), '--sandbox', 'process') })
after(async () => {
  cloud.child.kill('SIGTERM')
  await ended(cloud.child)
  rmSync(folder, { recursive: true, force: true })
})

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
const says = (word: string) => `exports.handler = async () => { console.log('said ${word}'); return '${word}' + (process.env.MORE ?? '') }\n`
const invoke = async (name: string) => (await fogbank(cloud.endpoint, 'invoke', name)).split('\n').find(line => line.startsWith('"'))

interface Dev { child: ChildProcess, output(): string, until(pattern: RegExp): Promise<void> }

function startDev(...args: string[]): Dev {
  const child = spawn(process.execPath, ['bin/fogbank', 'dev', ...args, '--endpoint', cloud.endpoint], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let look = () => {}
  for (const stream of [child.stdout, child.stderr]) stream.on('data', piece => { output += piece; look() })
  return {
    child, output: () => output,
    until: pattern => new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${pattern} did not come:\n${output}`)), 30_000)
      look = () => {
        if (!pattern.test(output)) return
        clearTimeout(late)
        resolve()
      }
      look()
    }),
  }
}

test('saved code answers, and only its function is touched; a saved template updates the stack; logs stream; an end leaves the stack right', async () => {
  const template = (more: string) => JSON.stringify({
    Transform: 'AWS::Serverless-2016-10-31', Globals: { Function: { Runtime: 'nodejs24.x', Handler: 'index.handler' } },
    Resources: {
      One: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: 'one', Environment: { Variables: { MORE: more } } } },
      Two: { Type: 'AWS::Serverless::Function', Properties: { CodeUri: 'two' } },
      Inner: { Type: 'AWS::Serverless::Application', Properties: { Location: 'inner/template.json' } },
    },
  })
  const Three = { Type: 'AWS::Serverless::Function', Properties: { CodeUri: 'three', Runtime: 'nodejs24.x', Handler: 'index.handler', FunctionName: 'three' } }
  write('app/template.json', template(''))
  write('app/one/index.js', says('one'))
  write('app/two/index.js', says('two'))
  write('app/inner/template.json', JSON.stringify({ Transform: 'AWS::Serverless-2016-10-31', Resources: { Three } }))
  write('app/inner/three/index.js', says('three'))
  const dev = startDev(join(folder, 'app/template.json'), '--stack-name', 'dev')
  await dev.until(/Watching/)
  assert.equal(await invoke('dev/One'), '"one"')
  assert.equal(await invoke('three'), '"three"')
  await dev.until(/^One +\| .*said one$/m)
  write('app/one/index.js', says('new'))
  await dev.until(/^Updated One in \d+ ms$/m)
  assert.equal(await invoke('dev/One'), '"new"')
  assert.equal(await invoke('dev/Two'), '"two"')
  assert.doesNotMatch(dev.output(), /Updated Two/)
  write('app/template.json', template('!'))
  await dev.until(/Updating dev\n(?:.*\n)*Deployed dev in /)
  assert.equal(await invoke('dev/One'), '"new!"')
  write('app/inner/three/index.js', says('inner'))
  await dev.until(/(?:Updating dev\n(?:.*\n)*Deployed dev in (?:.*\n)*){2}/)
  assert.equal(await invoke('three'), '"inner"')
  write('app/two/index.js', says('last'))
  await dev.until(/^Updated Two in/m)
  dev.child.kill('SIGINT')
  assert.equal(await ended(dev.child), 0, dev.output())
  // An update always looks at nested stacks, as on AWS; nothing else is left to do.
  const again = await fogbank(cloud.endpoint, 'deploy', join(folder, 'app/template.json'), '--stack-name', 'dev')
  assert.deepEqual([...new Set([...again.matchAll(/\((AWS::\S+)\)/g)].map(([, type]) => type))], ['AWS::CloudFormation::Stack'], again)
  assert.equal(await invoke('dev/Two'), '"last"')
})

test('code that does not build is told, and the next save is built; --inspect gives a function an inspector', async () => {
  const port = await new Promise<number>(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
  const F = {
    Type: 'AWS::Serverless::Function', Properties: { CodeUri: 'src', Runtime: 'nodejs24.x', Handler: 'app.handler' },
    Metadata: { BuildMethod: 'esbuild', BuildProperties: { EntryPoints: ['app.ts'] } },
  }
  write('ts/template.json', JSON.stringify({ Transform: 'AWS::Serverless-2016-10-31', Resources: { F } }))
  write('ts/src/app.ts', `export const handler = async (): Promise<string> => 'typed'`)
  const dev = startDev(join(folder, 'ts/template.json'), '--stack-name', 'ts', `--inspect=${port}`)
  await dev.until(/Watching/)
  assert.equal(await invoke('ts/F'), '"typed"')
  const { Browser } = await fetch(`http://127.0.0.1:${port}/json/version`).then(answer => answer.json()) as { Browser: string }
  assert.match(Browser, /^node\.js\/v/)
  write('ts/src/app.ts', 'export const handler = (')
  await dev.until(/esbuild failed:/)
  write('ts/src/app.ts', `export const handler = async (): Promise<string> => 'mended'`)
  await dev.until(/^Updated F in/m)
  assert.equal(await invoke('ts/F'), '"mended"')
  dev.child.kill('SIGTERM')
  assert.equal(await ended(dev.child), 0, dev.output())
})
