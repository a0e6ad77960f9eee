import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import { startCloud, type TestCloud } from 'fogbank/testing'

// The application's own tests: deployed into a cloud in this process, called over HTTP, gone afterwards.
const application = dirname(import.meta.dirname)
const fogbank = join(application, '../../bin/fogbank')
let cloud: TestCloud
let url: string
before(async () => {
  cloud = await startCloud()
  const deploy = promisify(execFile)(process.execPath, [fogbank, 'deploy', join(application, 'template.yaml'), '--endpoint', cloud.endpoint])
  const api = /ApiId +(\w+)/.exec((await deploy).stdout)![1]!
  url = `${cloud.endpoint}/_aws/execute-api/${api}/items`
})
after(() => cloud.stop())

const put = (item: object) => fetch(url, { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(item) })
const get = async (path = '') => {
  const answer = await fetch(url + path)
  return { status: answer.status, body: await answer.json() }
}

test('an item that was put is got by its id, and is among all items', async () => {
  assert.deepEqual(await get(), { status: 200, body: [] })
  assert.equal((await put({ id: '1', name: 'fog' })).status, 200)
  assert.deepEqual(await get('/1'), { status: 200, body: { id: '1', name: 'fog' } })
  assert.deepEqual(await get(), { status: 200, body: [{ id: '1', name: 'fog' }] })
})

test('curl sends a form where it is not told otherwise: the item is stored all the same', async () => {
  const answer = await fetch(url, { method: 'PUT', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: '{"id":"0","name":"curl"}' })
  assert.deepEqual(await answer.json(), { id: '0', name: 'curl' })
})

test('putting an item again replaces it', async () => {
  await put({ id: '2', name: 'first' })
  await put({ id: '2', name: 'second' })
  assert.deepEqual(await get('/2'), { status: 200, body: { id: '2', name: 'second' } })
})

test('an item that is not there is 404, one without an id 400, a path that is none 404', async () => {
  assert.equal((await get('/none')).status, 404)
  assert.equal((await put({ name: 'no id' })).status, 400)
  assert.equal((await fetch(`${url}/1/2`)).status, 404)
})

test('each function writes its own log', async () => {
  const { logGroups } = await cloud.aws().logs.DescribeLogGroups({ logGroupNamePrefix: '/aws/lambda/items-' })
  assert.deepEqual(logGroups!.map((group: any) => /items-(\w+)-/.exec(group.logGroupName)![1]), ['GetAllItems', 'GetItem', 'PutItem'])
})
