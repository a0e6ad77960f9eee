import assert from 'node:assert/strict'
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'
import { buildSource } from './build.ts'
import type { Built, Source } from './context.ts'
import { zipFiles, type File } from './files.ts'

let home = ''
let folder = ''
let said = ''
let count = 0
before(async () => { home = await realpath(await mkdtemp(join(tmpdir(), 'fogbank-builds-'))) })
after(() => rm(home, { recursive: true, force: true }))
beforeEach(async () => {
  folder = join(home, String(count++))
  said = ''
  await mkdir(folder)
})

async function write(files: Record<string, string | Uint8Array>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    await writeFile(join(folder, path), content)
  }
}

const build = (source: Partial<Source>, environment = process.env): Promise<Built> => buildSource({
  id: 'F', kind: 'function', path: join(folder, 'src'), runtime: 'nodejs24.x', handler: 'app.handler', architecture: 'x86_64', metadata: {}, ...source,
}, { folder, environment, say: text => { said += text } })

const namesOf = (built: Built) => built.files.map(([path]) => path)
const textOf = (built: Built, path: string) => Buffer.from(built.files.find(([name]) => name === path)![1]).toString()

/** What a CommonJS bundle exports. */
function exported(code: string): any {
  const module = { exports: {} as any }
  new Function('module', 'exports', 'require', code)(module, module.exports, createRequire(import.meta.url))
  return module.exports
}

test('esbuild: TypeScript is bundled with what it imports, once, and again when a file elsewhere changes', async () => {
  await write({
    'src/app.ts': `import { word } from '../shared/word'\nexport const handler = async (): Promise<string> => word`,
    'shared/word.ts': `export const word = 'one'`,
  })
  const metadata = { BuildMethod: 'esbuild', BuildProperties: { EntryPoints: ['app'], Minify: false, Define: ['STAGE="test"'], External: ['@aws-sdk/*'] } }
  const first = await build({ metadata })
  assert.deepEqual(namesOf(first), ['app.js'])
  assert.equal(await exported(textOf(first, 'app.js')).handler(), 'one')
  assert.deepEqual(first.inputs, [join(folder, 'shared/word.ts')])
  assert.match(said, /^Built F \(esbuild, \d+ ms\)\n$/)
  said = ''
  assert.deepEqual((await build({ metadata })).files, first.files)
  assert.equal(said, '')
  await write({ 'shared/word.ts': `export const word = 'two'` })
  assert.equal(await exported(textOf(await build({ metadata }), 'app.js')).handler(), 'two')
  assert.deepEqual((await readdir(join(folder, '.fogbank-build'))).filter(name => !name.startsWith('.')).length, 1)
})

test('esbuild: an error says file and line, a missing entry point where it was looked for', async () => {
  await write({ 'src/app.ts': 'export const handler = (' })
  const metadata = { BuildMethod: 'esbuild', BuildProperties: { EntryPoints: ['app.ts'] } }
  await assert.rejects(build({ metadata }), /^Error: F: esbuild failed:\n(?:.*\n)*.*app\.ts:1:24/)
  await assert.rejects(build({ metadata: { BuildMethod: 'esbuild', BuildProperties: { EntryPoints: ['none'] } } }), /the entry point .*src\/none is not there/)
  await assert.rejects(build({ metadata: { BuildMethod: 'esbuild' } }), /needs BuildProperties\.EntryPoints/)
})

test('Node: packages of package.json are installed without those of development, once for what it says', async () => {
  await write({
    'src/app.js': '1', 'src/package.json': JSON.stringify({ dependencies: { tiny: 'file:../tiny' }, devDependencies: { 'no-such-package-anywhere': '1.0.0' } }),
    'tiny/package.json': '{"name":"tiny","version":"1.0.0"}', 'tiny/index.js': 'module.exports = 1',
  })
  const names = namesOf(await build({}))
  assert.ok(names.includes('node_modules/tiny/index.js') && names.includes('app.js'), names.join(' '))
  assert.equal(said, 'Installing packages of F (npm)\n')
  await write({ 'src/app.js': '2' })
  assert.equal(textOf(await build({}), 'app.js'), '2')
  assert.equal(said, 'Installing packages of F (npm)\n')
  await write({ 'tiny/index.js': 'module.exports = 2' })
  assert.equal(textOf(await build({}), 'node_modules/tiny/index.js'), 'module.exports = 2')
  const layer = await build({ kind: 'layer', metadata: { BuildMethod: 'nodejs24.x' } })
  assert.ok(namesOf(layer).includes('nodejs/node_modules/tiny/index.js'))
})

const wheel = () => {
  const file = (path: string, text: string): File => [path, Buffer.from(text), 0o644]
  return zipFiles([
    file('tiny.py', 'x = 1\n'), file('tiny-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n'),
    file('tiny-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n'), file('tiny-1.0.dist-info/RECORD', ''),
  ])
}

test('Python: requirements.txt is installed beside the code; in a layer below python/', async () => {
  await write({ 'src/app.py': '1', 'src/requirements.txt': './tiny-1.0-py3-none-any.whl\n', 'src/tiny-1.0-py3-none-any.whl': wheel() })
  const names = namesOf(await build({ runtime: 'python3.11' }))
  assert.ok(names.includes('tiny.py') && names.includes('app.py'), names.join(' '))
  said = ''
  const layer = await build({ kind: 'layer', runtime: 'python3.11', metadata: { BuildMethod: 'python3.11' } })
  assert.ok(namesOf(layer).includes('python/tiny.py'))
  assert.equal(said, '')
  await write({ 'src/requirements.txt': './none.whl\n' })
  await assert.rejects(build({ runtime: 'python3.11' }), /-m pip install .* failed:\n(?:.*\n)*.*none\.whl/)
})

test('makefile: make build-ID runs in a copy, and what it leaves in ARTIFACTS_DIR is deployed', async () => {
  await write({ 'src/Makefile': 'build-F:\n\tcp in.txt "$(ARTIFACTS_DIR)/out.txt" && touch left\nbuild-G:\n\techo broken thing && false\n', 'src/in.txt': 'x' })
  const metadata = { BuildMethod: 'makefile' }
  assert.deepEqual(namesOf(await build({ metadata, runtime: 'provided.al2023' })), ['out.txt'])
  assert.deepEqual(await readdir(join(folder, 'src')), ['Makefile', 'in.txt'])
  said = ''
  await build({ metadata, runtime: 'provided.al2023' })
  assert.equal(said, '')
  await assert.rejects(build({ id: 'G', metadata }), /^Error: G: `make .*build-G` failed:\n(?:.*\n)*broken thing/)
  assert.deepEqual((await readdir(join(folder, '.fogbank-build'))).filter(name => name.includes('G-')), [])
})

test('SkipBuild takes the folder as it is; a method that is not built, and a tool that is missing, say what to do', async () => {
  await write({ 'src/app.js': '1', 'src/package.json': '{"dependencies":{"no-such-package-anywhere":"1"}}', 'src/main.go': 'package main' })
  assert.deepEqual(namesOf(await build({ metadata: { SkipBuild: true } })), ['app.js', 'main.go', 'package.json'])
  await assert.rejects(build({ metadata: { BuildMethod: 'dotnet8' } }), /does not build with BuildMethod dotnet8.*Run `sam build`/)
  await assert.rejects(build({ metadata: { BuildMethod: 'go1.x' } }, { PATH: '/nowhere' }), /go is not on this machine\. https:\/\/go\.dev has it/)
})
