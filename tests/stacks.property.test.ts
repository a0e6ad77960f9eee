import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cloudformation } from '../src/services/cloudformation/service.ts'
import { things } from '../src/services/cloudformation/things.testing.ts'
import { startCloud } from '../src/testing/index.ts'

const ids = ['A', 'B', 'C', 'D', 'E', 'F', 'G']
const [stacks, rounds] = [60, 6]

type Pick = (bound: number) => number
interface Resource { Type: string, Properties: Record<string, any>, DependsOn?: string, Condition?: string }
type Resources = Record<string, Resource>

/** Random numbers that are the same in every run. */
function random(seed: number): Pick {
  let state = seed * 2_654_435_761 % 2_147_483_648
  return bound => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor(state / 65_536) % bound
  }
}

/** Some of the ids: updatable or not, with a name of their own or a generated one, referring to earlier ones, behind a condition. */
function randomResources(pick: Pick, stack: string): Resources {
  const resources: Resources = {}
  for (const id of ids) {
    if (pick(3) === 0) continue
    const earlier = Object.keys(resources).filter(other => resources[other]!.Condition === undefined)
    const other = earlier.length > 0 ? earlier[pick(earlier.length)] : undefined
    const Value = other !== undefined && pick(2) === 0 ? { 'Fn::GetAtt': [other, 'Value'] } : String(pick(4))
    const more = { ...other !== undefined && pick(4) === 0 && { DependsOn: other }, ...pick(6) === 0 && { Condition: pick(2) === 0 ? 'Yes' : 'No' } }
    resources[id] = pick(5) === 0 ? { Type: 'Test::Thing::Rigid', Properties: { Value }, ...more }
      : { Type: 'Test::Thing::Item', Properties: { Value, Fixed: String(pick(2)), ...pick(4) === 0 && { Name: `${stack}-${id}-${pick(2)}` } }, ...more }
  }
  return Object.keys(resources).length > 0 ? resources : { A: { Type: 'Test::Thing::Item', Properties: { Value: '0', Fixed: '0' } } }
}

const templateOf = (Resources: Resources) => JSON.stringify({ Resources, Conditions: { Yes: { 'Fn::Equals': ['a', 'a'] }, No: { 'Fn::Equals': ['a', 'b'] } } })

/** What a template says, with its references followed: one line for each resource. */
function said(resources: Resources): string[] {
  const valueOf = (id: string): string => {
    const { Value } = resources[id]!.Properties
    return typeof Value === 'string' ? Value : valueOf(Value['Fn::GetAtt'][0])
  }
  return Object.entries(resources).filter(([, resource]) => resource.Condition !== 'No')
    .map(([id, { Properties }]) => `${id} ${valueOf(id)} ${Properties.Fixed} ${Properties.Name}`).sort()
}

test(`stacks updated at random (${stacks * rounds} rounds) end as the last template says, or as the one before it, never between`, async t => {
  const world = things()
  const cloud = await startCloud({ services: [cloudformation, world.service] })
  t.after(() => cloud.stop())
  const { cloudformation: aws } = cloud.aws()
  const standing = () => [...world.standing.values()].map(({ name, properties }) => `${name} ${properties.Value} ${properties.Fixed} ${properties.Name}`).sort()
  const seen: Record<string, number> = {}
  for (let seed = 1; seed <= stacks; seed++) {
    const pick = random(seed)
    const StackName = `s${seed}`
    const statusOf = async () => (await aws.DescribeStacks({ StackName })).Stacks![0]!.StackStatus!
    let good = randomResources(pick, StackName)
    world.failing.clear()
    await aws.CreateStack({ StackName, TemplateBody: templateOf(good) })
    await cloud.settle()
    assert.deepEqual(standing(), said(good), `seed ${seed}, created`)
    for (let round = 0; round < rounds; round++) {
      const next = randomResources(pick, StackName)
      const where = `seed ${seed}, round ${round}`
      world.failing.clear()
      for (let failures = pick(4); failures > 0; failures--) world.failing.add(`${['create', 'update'][pick(2)]} ${ids[pick(ids.length)]}`)
      const cancels = pick(5) === 0
      let reached: Promise<void> | undefined
      let go = () => {}
      if (cancels) {
        world.pause.at = `${['create', 'update'][pick(2)]} ${ids[pick(ids.length)]}`
        world.pause.go = new Promise(resolve => go = resolve)
        reached = new Promise(resolve => world.pause.reached = resolve)
      }
      try {
        await aws.UpdateStack({ StackName, TemplateBody: templateOf(next) })
      } catch (error) {
        assert.equal((error as Error).message, 'No updates are to be performed.', where)
        delete world.pause.at
        continue
      }
      if (reached && await Promise.race([reached.then(() => true), cloud.settle().then(() => false)])) {
        // The rollback may come to the same step: it is not held there.
        delete world.pause.at
        if (await statusOf() === 'UPDATE_IN_PROGRESS') await aws.CancelUpdateStack({ StackName })
        go()
      }
      delete world.pause.at
      await cloud.settle()
      if (await statusOf() === 'UPDATE_ROLLBACK_FAILED') {
        seen.continued = (seen.continued ?? 0) + 1
        world.failing.clear()
        await aws.ContinueUpdateRollback({ StackName })
        await cloud.settle()
      }
      const status = await statusOf()
      seen[status] = (seen[status] ?? 0) + 1
      assert.ok(status === 'UPDATE_COMPLETE' || status === 'UPDATE_ROLLBACK_COMPLETE', `${where}: ${status}`)
      if (status === 'UPDATE_COMPLETE') good = next
      assert.deepEqual(standing(), said(good), `${where}, ${status}`)
      assert.equal((await aws.GetTemplate({ StackName })).TemplateBody, templateOf(good), where)
    }
    world.failing.clear()
    await aws.DeleteStack({ StackName })
    await cloud.settle()
    assert.deepEqual(standing(), [], `seed ${seed}, deleted`)
  }
  // The rounds are worth something only while they come to all of these ends.
  for (const end of ['UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE', 'continued']) assert.ok(seen[end]! > 5, `${end}: ${seen[end]}`)
})
