import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startCloud } from '../../../testing/index.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const ids = ['A', 'B', 'C', 'D', 'E', 'F']

/** Random numbers that are the same in every run. */
function random(seed: number): (bound: number) => number {
  let state = seed
  return bound => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor(state / 65_536) % bound
  }
}

/** A stack of some of the ids; what refers, refers to an earlier one. */
function randomResources(pick: (bound: number) => number): Record<string, any> {
  const resources: Record<string, any> = {}
  for (const id of ids) {
    if (pick(3) === 0) continue
    const earlier = Object.keys(resources)
    const Tags = earlier.length > 0 && pick(2) === 0 ? [{ 'Fn::GetAtt': [earlier[pick(earlier.length)], 'Arn'] }] : undefined
    resources[id] = pick(5) === 0 ? { Type: 'Test::Thing::Rigid', Properties: { Value: String(pick(3)) } }
      : { Type: 'Test::Thing::Item', Properties: { Value: String(pick(3)), Fixed: String(pick(2)), ...Tags && { Tags } } }
  }
  return Object.keys(resources).length > 0 ? resources : { A: { Type: 'Test::Thing::Item', Properties: { Value: '0', Fixed: '0' } } }
}

const wanted = (resources: Record<string, any>) =>
  Object.entries(resources).map(([id, { Properties }]) => `${id} ${Properties.Value} ${Properties.Fixed}`).sort()

test('random stacks updated at random end in the state of the last template, or of the one before it, never between', async t => {
  const world = things()
  const cloud = await startCloud({ services: [cloudformation, world.service] })
  t.after(() => cloud.stop())
  const { cloudformation: aws } = cloud.aws()
  const standing = () => [...world.standing.values()].map(({ name, properties }) => `${name} ${properties.Value} ${properties.Fixed}`).sort()
  for (let seed = 1; seed <= 12; seed++) {
    const pick = random(seed)
    let good = randomResources(pick)
    world.failing.clear()
    await aws.CreateStack({ StackName: `s${seed}`, TemplateBody: JSON.stringify({ Resources: good }) })
    await cloud.settle()
    assert.deepEqual(standing(), wanted(good), `seed ${seed}, created`)
    for (let round = 0; round < 6; round++) {
      const next = randomResources(pick)
      world.failing.clear()
      if (pick(2) === 0) world.failing.add(`create ${ids[pick(ids.length)]}`)
      try {
        await aws.UpdateStack({ StackName: `s${seed}`, TemplateBody: JSON.stringify({ Resources: next }) })
      } catch (error) {
        assert.equal((error as Error).message, 'No updates are to be performed.')
        continue
      }
      await cloud.settle()
      const { StackStatus } = (await aws.DescribeStacks({ StackName: `s${seed}` })).Stacks![0]!
      assert.ok(StackStatus === 'UPDATE_COMPLETE' || StackStatus === 'UPDATE_ROLLBACK_COMPLETE', StackStatus)
      if (StackStatus === 'UPDATE_COMPLETE') good = next
      assert.deepEqual(standing(), wanted(good), `seed ${seed}, round ${round}, ${StackStatus}`)
    }
    await aws.DeleteStack({ StackName: `s${seed}` })
    await cloud.settle()
    assert.deepEqual(standing(), [])
  }
})

test('an operation that a stop interrupts goes on at the next start, under the same names', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'fogbank-cfn-'))
  const world = things()
  try {
    const first = await startCloud({ services: [cloudformation, world.service], dataFolder })
    const reached = new Promise<void>(resolve => world.pause.reached = resolve)
    let go = () => {}
    world.pause.go = new Promise(resolve => go = resolve)
    world.pause.at = 'create B'
    const TemplateBody = JSON.stringify({ Resources: {
      A: { Type: 'Test::Thing::Item' }, B: { Type: 'Test::Thing::Item', DependsOn: 'A' }, C: { Type: 'Test::Thing::Item', DependsOn: 'B' },
    } })
    await first.aws().cloudformation.CreateStack({ StackName: 'again', TemplateBody })
    await reached
    const stopped = first.stop()
    go()
    await stopped
    delete world.pause.at
    const second = await startCloud({ services: [cloudformation, world.service], dataFolder })
    await second.settle()
    const { Stacks } = await second.aws().cloudformation.DescribeStacks({ StackName: 'again' })
    assert.equal(Stacks![0]!.StackStatus, 'CREATE_COMPLETE')
    assert.deepEqual([...world.standing.values()].map(thing => thing.name), ['A', 'B', 'C'])
    assert.equal(world.calls.filter(call => call === 'create A').length, 1)
    await second.stop()
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
})

test('two hundred resources take time in proportion', async t => {
  const world = things()
  const cloud = await startCloud({ services: [cloudformation, world.service] })
  t.after(() => cloud.stop())
  const Resources = Object.fromEntries(Array.from({ length: 200 }, (_, at) =>
    [`R${at}`, { Type: 'Test::Thing::Item', ...at > 0 && { Properties: { Value: { Ref: `R${Math.floor(at / 2)}` } } }, ...at === 0 && { Properties: {} } }]))
  const template = JSON.stringify({ Resources: { ...Resources, R1: { Type: 'Test::Thing::Item' } } })
  await cloud.aws().cloudformation.CreateStack({ StackName: 'large', TemplateBody: template })
  await cloud.settle()
  assert.equal(world.standing.size, 200)
})
