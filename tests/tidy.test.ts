import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { test } from 'node:test'

// Style and structure as tests: each message says how to mend what it found. ARCHITECTURE.md says why.
const root = dirname(import.meta.dirname)
const sources = globSync('src/**/*.ts', { cwd: root }).sort()
const text = (file: string) => readFileSync(join(root, file), 'utf8')
const isTest = (file: string) => /\.test\.ts$|\/testing\/|conformance\.ts$/.test(file)

/** Files that a file imports, type imports included, as paths from the root. */
function importsOf(file: string): string[] {
  const matches = text(file).matchAll(/^(?:import|export)\b[^'"]*?\bfrom\s+'(\.[^']+)'|^import\s+'(\.[^']+)'|\bimport\(\s*'(\.[^']+)'\s*\)/gm)
  return [...matches].map(match => relative(root, resolve(root, dirname(file), (match[1] ?? match[2] ?? match[3])!)))
}

const graph = new Map(sources.map(file => [file, importsOf(file)]))
const layerOf = (file: string) => file.split('/')[1]!
const roomOf = (file: string) => /^src\/services\/([^/]+)\//.exec(file)?.[1]

/** What a folder of src may import besides itself. */
const allowed: Record<string, string[]> = {
  contracts: [],
  platform: ['contracts'],
  protocol: ['contracts', 'platform'],
  storage: ['contracts', 'platform'],
  sandbox: ['contracts', 'platform'],
  services: ['contracts', 'platform'],
  cli: ['contracts', 'platform', 'sandbox', 'cloud.ts', 'services/cloudformation/template'],
  testing: ['contracts', 'platform', 'cloud.ts'],
}

test('imports go one way: contracts <- platform <- protocol, storage, sandbox, services <- cloud.ts', () => {
  for (const [file, imports] of graph) {
    const mine = allowed[layerOf(file)]
    if (!mine || isTest(file)) continue
    for (const target of imports) {
      const ok = layerOf(target) === layerOf(file) || mine.some(prefix => target.startsWith(`src/${prefix}`))
      assert.ok(
        ok,
        `${file} imports ${target}. ${layerOf(file)} may import ${mine.join(', ') || 'nothing'} only: move what both need down into platform or contracts.`,
      )
    }
  }
})

test('a service imports no other service: it calls scope.aws, or hears a domain event', () => {
  for (const [file, imports] of graph) {
    const room = roomOf(file)
    if (!room || isTest(file)) continue
    for (const target of imports) {
      assert.ok(
        !roomOf(target) || roomOf(target) === room,
        `${file} reaches into ${target}. Call scope.aws.${roomOf(target)}.Operation(input), or publish a domain event.`,
      )
    }
  }
})

test('the list of services loads no service', () => {
  const loads = (file: string) =>
    [...text(file).matchAll(/^import (?!type\b)[^'"]*?from '(\.[^']+)'/gm)].map(match => relative(root, resolve(root, dirname(file), match[1]!)))
  for (const target of loads('src/services.ts')) {
    assert.match(
      target, /\/claims\.ts$/,
      `src/services.ts imports ${target}, which every start would pay for: import() it in load, and declare in the line what must be known before.`,
    )
    assert.deepEqual(loads(target), [], `${target} is loaded at every start: it may import types only.`)
  }
})

test('node:http is not imported as an ES module: that loads a whole fetch client, 20 ms and 14 MB', () => {
  for (const file of sources) {
    if (!isTest(file)) {
      assert.ok(
        !/^import (?!type\b)[^'"]*?from 'node:https?'/m.test(text(file)),
        `${file} imports node:http: take it from process.getBuiltinModule('node:http').`,
      )
    }
  }
})

test('there is no import circle', () => {
  const done = new Set<string>()
  const visit = (file: string, path: string[]) => {
    if (done.has(file)) return
    const begin = path.indexOf(file)
    assert.ok(begin < 0, `Import circle: ${[...path.slice(begin), file].join(' -> ')}. Move what they share into a file of its own that imports neither.`)
    for (const next of graph.get(file) ?? []) if (graph.has(next)) visit(next, [...path, file])
    done.add(file)
  }
  for (const file of sources) visit(file, [])
})

test('a file holds one thing: at most 400 lines', () => {
  for (const file of sources) {
    const lines = text(file).split('\n')
    assert.ok(lines.length <= 401 || /data/.test(file) || isTest(file), `${file} has ${lines.length} lines: split it by what its parts are for.`)
  }
})

test('no line is longer than 160 characters', () => {
  const files = [...sources, ...globSync('{tests,bench,scripts}/**/*.ts', { cwd: root })].filter(file => !/data/.test(file))
  const tooLong = files.flatMap(file =>
    text(file).split('\n').flatMap(({ length }, at) => length > 160 ? [`${file}:${at + 1} has ${length} characters: break it.`] : []))
  assert.deepEqual(tooLong, [])
})

test('an operation is one file that exports a function of its name', () => {
  for (const file of sources) {
    const name = /^src\/services\/[^/]+\/(?:[^/]+\/)*([A-Z][A-Za-z0-9]+)\.ts$/.exec(file)?.[1]
    if (name) {
      assert.match(
        text(file), new RegExp(`export (async )?function ${name}\\b|export const ${name}\\b`),
        `${file} must export ${name}, the operation it is named after.`,
      )
    }
  }
})

test('a service that stores blobs says which rows name them, or they would be swept away', () => {
  for (const file of sources) {
    const room = roomOf(file)
    if (!room || isTest(file) || !/\bblobs\.put\(/.test(text(file))) continue
    assert.match(
      text(`src/services/${room}/state.ts`), /\bblobs: /,
      `${file} stores blobs: give the tables whose rows name them \`blobs: row => [row.sha256]\` in state.ts.`,
    )
  }
})

test('only main.ts reads the environment, and a service takes the time from its scope', () => {
  for (const file of sources) {
    if (isTest(file) || file === 'src/main.ts') continue
    assert.ok(!/process\.env\b/.test(text(file)), `${file} reads process.env: take it as configuration from src/main.ts.`)
    assert.ok(layerOf(file) !== 'services' || !/Date\.now\(\)|new Date\(\)/.test(text(file)), `${file} asks the machine for the time: use scope.now().`)
  }
})

test('nothing is left unfinished or narrowed', () => {
  for (const file of [...sources, ...globSync('{tests,bench,scripts}/**/*.ts', { cwd: root })]) {
    if (file.endsWith('tidy.test.ts')) continue
    const found = /\b(TODO|FIXME|XXX|HACK)\b|\b(?:it|test|describe)\.only\(/.exec(text(file))
    assert.ok(!found, `${file} says ${found?.[0]}: finish it, or refuse by name and write it into the service's README.`)
  }
})

test('every service has a README that says what it does not do', () => {
  for (const file of globSync('src/services/*/service.ts', { cwd: root })) {
    const readme = join(root, dirname(file), 'README.md')
    assert.ok(existsSync(readme), `${dirname(file)} has no README.md: say what it does and what it does not do yet.`)
    assert.match(readFileSync(readme, 'utf8'), /\bnot\b/i, `${readme} says nothing of what is missing.`)
  }
})

test('the lock file records no download addresses, and the repository names no registry host', () => {
  assert.ok(!/"resolved": *"http/.test(text('package-lock.json')), 'Write package-lock.json anew with omit-lockfile-registry-resolved=true.')
  const hosts = ['registry.npm' + 'js.org', 'pypi' + '.org', 'deb.debian' + '.org', 'repo1.maven' + '.org', 'proxy.golang' + '.org']
  const files = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], { cwd: root, encoding: 'utf8' }).trim().split('\n')
  for (const file of files.filter(name => existsSync(join(root, name)))) {
    const host = hosts.find(name => text(file).includes(name))
    assert.ok(!host, `${file} names ${host}: use the package's name alone.`)
  }
})
