import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startCloud } from '../testing/index.ts'
import { checkDeclared, type Room } from './room.ts'
import type { Scope, ServiceDefinition } from './service.ts'
import { table } from './tables.ts'

const place = { account: '000000000000', region: 'us-east-1' }
const rules = { GetCallerIdentity: { resource: '*' as const } }

/** A room that counts how often it was loaded and opened; its operations borrow the names of services that have tables. */
function counted(name: string, definition: Partial<ServiceDefinition>, declared: Partial<Room> = {}) {
  const seen = { loads: 0, opens: 0, did: [] as unknown[] }
  const whole: ServiceDefinition = {
    name, tables: {}, operations: {}, authorization: {}, open: () => { seen.opens++ }, ...definition,
  }
  const room: Room = { name, ...declared, load: async () => (seen.loads++, whole) }
  return { seen, room }
}

const asked = () => counted('sts', { operations: { GetCallerIdentity: async () => ({ Account: '1' }) }, authorization: rules })

test('a service is loaded and opened by its first request, once, also when many come at the same time', async () => {
  const { seen, room } = asked()
  const cloud = await startCloud({ services: [room] })
  assert.deepEqual(seen, { loads: 0, opens: 0, did: [] })
  await Promise.all(Array.from({ length: 5 }, () => cloud.aws().sts.GetCallerIdentity({})))
  await cloud.aws().sts.GetCallerIdentity({})
  assert.deepEqual(seen, { loads: 1, opens: 1, did: [] })
  await cloud.stop()
})

test('a load that fails is tried again by the next request', async () => {
  const { room } = asked()
  let failures = 1
  const { load } = room
  const cloud = await startCloud({ services: [{ ...room, load: async () => { if (failures-- > 0) throw new Error('unreadable'); return load() } }] })
  await assert.rejects(cloud.aws().sts.GetCallerIdentity({}), /unreadable/)
  assert.deepEqual(await cloud.aws().sts.GetCallerIdentity({}), { Account: '1' })
  await cloud.stop()
})

test('an event loads the service that hears it', async () => {
  const hearer = counted(
    'hearer', { hears: { 'iam.role.changed': async (_, event) => void hearer.seen.did.push(event.data.roleArn) } }, { hears: ['iam.role.changed'] },
  )
  const deaf = counted('deaf', {})
  const teller = counted('teller', {})
  const cloud = await startCloud({ services: [hearer.room, deaf.room, teller.room] })
  await cloud.cloud.platform.load('teller')
  await cloud.cloud.platform.scope('teller', place).transact(async (scope: Scope) => scope.publish('iam.role.changed', { roleArn: 'arn:r' }))
  await cloud.settle()
  assert.deepEqual(hearer.seen, { loads: 1, opens: 1, did: ['arn:r'] })
  assert.equal(deaf.seen.loads, 0)
  await cloud.stop()
})

test('the first log line loads the service that owns the sink, and lines stay in order', async () => {
  const owner = counted(
    'owner', { sinks: { log: async (at, { account, region, group }) => void owner.seen.did.push(`${at({ account, region }).region} ${group}`) } },
    { sinks: ['log'] },
  )
  const cloud = await startCloud({ services: [owner.room] })
  const { sinks } = cloud.cloud
  await Promise.all(['/a', '/b', '/c'].map(group => sinks.log({ ...place, group, stream: 's', events: [] })))
  await sinks.log({ ...place, group: '/d', stream: 's', events: [] })
  assert.deepEqual(owner.seen, { loads: 1, opens: 1, did: ['us-east-1 /a', 'us-east-1 /b', 'us-east-1 /c', 'us-east-1 /d'] })
  await cloud.stop()
})

test('a path that a service claims loads it', async () => {
  const claims = ({ path }: { path: string }) => path.startsWith('/mine/')
  const { seen, room } = counted('mine', { http: { claims, handle: async (_, { path }) => ({ status: 200, body: path }) } }, { claims })
  const cloud = await startCloud({ services: [room] })
  await fetch(`${cloud.endpoint}/_fogbank/health`)
  assert.equal(seen.loads, 0)
  assert.equal(await (await fetch(`${cloud.endpoint}/mine/1`)).text(), '/mine/1')
  assert.equal(seen.loads, 1)
  await cloud.stop()
})

test('a resource type loads the services that own its namespace, and no other', async () => {
  const type = { properties: {}, create: async () => ({ id: 'x' }), delete: async () => {} }
  const owner = counted('owner', { resourceTypes: { 'AWS::Mine::Thing': type } }, { resources: ['AWS::Mine'] })
  const other = counted('other', { resourceTypes: { 'AWS::Other::Thing': type } }, { resources: ['AWS::Other'] })
  const asker = counted('asker', {})
  const cloud = await startCloud({ services: [owner.room, other.room, asker.room] })
  await cloud.cloud.platform.load('asker')
  const { config } = cloud.cloud.platform.scope('asker', place)
  assert.equal(await config.resourceType('AWS::Mine::Thing'), type)
  assert.equal(await config.resourceType('AWS::Mine::Nothing'), undefined)
  assert.deepEqual([owner.seen.loads, other.seen.loads], [1, 0])
  await cloud.stop()
})

test('after a restart, what a service owes loads it, and nothing else does', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-room-'))
  const owing = () => counted('owing', { tasks: { pay: async (_, payload) => void owed.seen.did.push(payload) } })
  let owed = owing()
  const first = await startCloud({ services: [owed.room], dataFolder })
  await first.cloud.platform.load('owing')
  await first.cloud.platform.scope('owing', place).transact(async (scope: Scope) => scope.enqueue('pay', 7, { at: scope.now() + 60_000 }))
  await first.stop()
  owed = owing()
  const quiet = counted('quiet', {})
  const second = await startCloud({ services: [owed.room, quiet.room], dataFolder, startMs: Date.UTC(2026, 0, 2) })
  await second.settle()
  assert.deepEqual(owed.seen, { loads: 1, opens: 1, did: [7] })
  assert.equal(quiet.seen.loads, 0)
  await second.stop()
  rmSync(dataFolder, { recursive: true })
})

test('a service that recovers is loaded as soon as the cloud serves', async () => {
  const { seen, room } = counted('early', { start: async () => void seen.did.push('started') }, { starts: true })
  const cloud = await startCloud({ services: [room] })
  await cloud.settle()
  assert.deepEqual(seen, { loads: 1, opens: 1, did: ['started'] })
  await cloud.stop()
})

test('a service that is still being loaded when the cloud stops is closed', async () => {
  const loading = Promise.withResolvers<void>()
  const { seen, room } = counted('slow', { close: async () => void seen.did.push('closed') })
  const { load } = room
  const cloud = await startCloud({ services: [{ ...room, load: async () => (await loading.promise, load()) }] })
  const asked = cloud.cloud.platform.load('slow')
  const stopped = cloud.cloud.platform.stop()
  await new Promise(setImmediate)
  loading.resolve()
  await Promise.all([asked, stopped])
  assert.deepEqual(seen, { loads: 1, opens: 1, did: ['closed'] })
  await cloud.stop()
})

test('a line of the list that forgets something of its service is refused by name', () => {
  const definition: ServiceDefinition = {
    name: 'mine', tables: {}, operations: {}, authorization: {}, hears: { 'iam.role.changed': async () => {} }, sinks: { metric() {} }, start: async () => {},
    http: { claims: () => false, handle: async () => ({ status: 200 }) },
    resourceTypes: { 'AWS::Mine::Thing': { properties: {}, create: async () => ({ id: '' }), delete: async () => {} } },
  }
  const load = async () => definition
  const right: Room = {
    name: 'mine', load, hears: ['iam.role.changed'], sinks: ['metric'], starts: true, claims: definition.http!.claims, resources: ['AWS::Mine'],
  }
  checkDeclared(right, definition)
  for (const member of ['hears', 'sinks', 'starts', 'claims', 'resources'] as const) {
    const { [member]: _, ...wrong } = right
    assert.throws(() => checkDeclared(wrong, definition), new RegExp(`The line of mine in src/services.ts declares ${member} `))
  }
  assert.throws(() => checkDeclared({ ...right, name: 'yours' }, definition), /declares the name/)
})

test('a service whose start has work only for the rows of a table is loaded where there are some', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-room-'))
  const tables = { jobs: table<{ id: string }>()({ name: 'jobs', key: row => [row.id] }) }
  const make = () => counted('worker', { tables, start: async () => void worker.seen.did.push('started') }, { starts: { whereTableHasRows: 'jobs' } })
  let worker = make()
  const first = await startCloud({ services: [worker.room], dataFolder })
  await first.settle()
  assert.equal(worker.seen.loads, 0)
  await first.cloud.platform.load('worker')
  await first.cloud.platform.scope('worker', place).tables.jobs!.put({ id: 'a' })
  await first.stop()
  worker = make()
  const second = await startCloud({ services: [worker.room], dataFolder })
  await second.settle()
  assert.deepEqual(worker.seen, { loads: 1, opens: 1, did: ['started'] })
  await second.stop()
  rmSync(dataFolder, { recursive: true })
})
