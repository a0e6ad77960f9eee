import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, readlinkSync, existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { zipSync, type Zippable } from 'fflate'
import { findExtensions } from '../../../sandbox/extension-programs.ts'
import { extract } from './unzip.ts'

const folder = mkdtempSync(join(tmpdir(), 'fogbank-links-'))
after(() => rmSync(folder, { recursive: true, force: true }))
let number = 0
const place = () => mkdtempSync(join(folder, `${++number}-`))

const link = (leadsTo: string): Zippable[string] => [Buffer.from(leadsTo), { os: 3, attrs: 0o120777 * 65_536 }]
const program = (text: string): Zippable[string] => [Buffer.from(text), { os: 3, attrs: 0o100755 * 65_536 }]

test('links of a zip are kept as they are, wherever they lead', async () => {
  const root = place()
  await extract(
    root,
    zipSync(
      { 'bin/tool': program('x'), 'tool': link('bin/tool'), 'lib/libx.so': link('libx.so.1'), 'lib/libx.so.1': Buffer.from('so'), 'data': link('/tmp/data') }
    )
  )
  assert.deepEqual([readlinkSync(join(root, 'tool')), readlinkSync(join(root, 'data'))], ['bin/tool', '/tmp/data'])
  assert.equal(readFileSync(join(root, 'lib/libx.so'), 'utf8'), 'so')
})

test('nothing is written through a link that leaves the folder: not by its own zip, nor by a layer over it', async () => {
  const root = place()
  const outside = place()
  writeFileSync(join(outside, 'kept'), 'old')
  // In one zip: a link and files below its name.
  await assert.rejects(extract(root, zipSync({ 'a': link(outside), 'a/new': Buffer.from('x') })), { name: 'InvalidParameterValueException' })
  const overs: Zippable[] = [{ 'b/new': Buffer.from('x') }, { 'b/c/d/new': Buffer.from('x') }, { 'b/new/': Buffer.alloc(0) }, { 'b/l': link('x') }]
  for (const over of overs) {
    const layers = place()
    await extract(layers, zipSync({ b: link(outside) }))
    await assert.rejects(extract(layers, zipSync(over)), { name: 'InvalidParameterValueException' })
  }
  // A file over a link takes its place.
  const layers = place()
  await extract(layers, zipSync({ f: link(join(outside, 'kept')) }))
  await extract(layers, zipSync({ f: Buffer.from('new') }))
  assert.equal(readFileSync(join(layers, 'f'), 'utf8'), 'new')
  assert.deepEqual([readdirSync(outside), readFileSync(join(outside, 'kept'), 'utf8')], [['kept'], 'old'])
})

test('a layer writes through a link that stays within, as unzip does', async () => {
  const root = place()
  await extract(root, zipSync({ 'lib64/x': Buffer.from('1'), 'lib': link('lib64') }))
  await extract(root, zipSync({ 'lib/y': Buffer.from('2') }))
  assert.equal(readFileSync(join(root, 'lib64/y'), 'utf8'), '2')
})

test('a link that is none is refused', async () => {
  for (const leadsTo of ['', 'a\0b', 'x'.repeat(5000)]) {
    await assert.rejects(extract(place(), zipSync({ a: link(leadsTo) })), { name: 'InvalidParameterValueException' })
  }
})

test('Fogbank does not look where a link leads out of the layers', () => {
  const root = place()
  const outside = place()
  writeFileSync(join(outside, 'secret-name'), '#!/bin/sh', { mode: 0o755 })
  symlinkSync(outside, join(root, 'extensions'))
  assert.ok(existsSync(join(root, 'extensions', 'secret-name')))
  assert.deepEqual(findExtensions({ layersFolder: root } as never), [])
})
