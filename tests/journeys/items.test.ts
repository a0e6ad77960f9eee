import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { ended, fogbank, startFogbank, type Running } from './processes.ts'

// The example application, deployed with one command into a cloud that is then killed and started again.
const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-items-'))
let cloud: Running
let api: string
before(async () => {
  cloud = await startFogbank(dataFolder)
})
after(async () => {
  cloud.child.kill('SIGKILL')
  await ended(cloud.child)
  rmSync(dataFolder, { recursive: true, force: true })
})

const url = (path: string) => `${cloud.endpoint}/_aws/execute-api/${api}${path}`
const put = (item: object) => fetch(url('/items'), { method: 'PUT', body: JSON.stringify(item), headers: { 'content-type': 'application/json' } })

test('fogbank deploy creates the stack and prints its outputs', async () => {
  const output = await fogbank(cloud.endpoint, 'deploy', 'examples/items/template.yaml')
  assert.match(output, /CREATE_COMPLETE +items\n/)
  api = /ApiId +(\w+)/.exec(output)![1]!
})

test('the API stores an item through one function and reads it through two others', async () => {
  assert.deepEqual(await put({ id: '1', name: 'fog' }).then(answer => answer.json()), { id: '1', name: 'fog' })
  assert.deepEqual(await fetch(url('/items/1')).then(answer => answer.json()), { id: '1', name: 'fog' })
  assert.deepEqual(await fetch(url('/items')).then(answer => answer.json()), [{ id: '1', name: 'fog' }])
  assert.equal((await fetch(url('/items/none'))).status, 404)
  assert.equal((await put({ name: 'no id' })).status, 400)
  assert.equal((await fetch(url('/nothing'))).status, 404)
})

test('a second deploy of the same template changes nothing', async () => {
  assert.match(await fogbank(cloud.endpoint, 'deploy', 'examples/items/template.yaml'), /no change|up to date|Nothing/i)
})

test('kill -9 under load: every answered write is there after the next start', async () => {
  const answered: string[] = []
  let killed = false
  const load = Array.from({ length: 4 }, async (_, worker) => {
    for (let n = 0; !killed && n < 1000; n++) {
      const id = `load-${worker}-${n}`
      const answer = await put({ id, name: 'x' }).catch(() => undefined)
      if (answer?.status === 200) answered.push(id)
      if (answered.length >= 30 && !killed) {
        killed = true
        cloud.child.kill('SIGKILL')
      }
    }
  })
  await Promise.all(load)
  await ended(cloud.child)
  cloud = await startFogbank(dataFolder)
  const items = await fetch(url('/items')).then(answer => answer.json()) as { id: string }[]
  const stored = new Set(items.map(item => item.id))
  assert.deepEqual(answered.filter(id => !stored.has(id)), [])
})

test('fogbank delete takes the stack away, and its address answers 404', async () => {
  await fogbank(cloud.endpoint, 'delete', 'items')
  assert.equal((await fetch(url('/items'))).status, 404)
})

test('SIGTERM ends it cleanly', async () => {
  cloud.child.kill('SIGTERM')
  assert.equal(await ended(cloud.child), 0)
})
