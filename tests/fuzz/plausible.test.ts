import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { loadModel } from '../../src/protocol/model.ts'
import { services } from '../../src/services.ts'
import { startCloud, type TestCloud } from '../../src/testing/index.ts'
import { callOften, furnish, ticking } from './calls.ts'

// Input that could be meant, to every operation of every service, through the SDK: `node tests/fuzz/plausible.ts SEED ROUNDS` does it for longer.
let cloud: TestCloud
let stopTicking: () => Promise<void>
before(async () => {
  cloud = await startCloud({ sandboxDriver: 'process' })
  await furnish(cloud)
  stopTicking = ticking(cloud)
})
after(async () => {
  await stopTicking()
  await cloud.stop()
})

for (const definition of await Promise.all(services.map(room => room.load()))) {
  if (!loadModel(definition.name)) continue
  test(`${definition.name}: plausible input gets an answer that the SDK reads and that is not InternalFailure`, async () => {
    // A service of few operations is called more often, so that some of it hits.
    const rounds = Math.max(3, Math.ceil(150 / Object.keys(definition.operations).length))
    const { failures, good } = await callOften(cloud, definition, 1, rounds)
    assert.deepEqual(failures.slice(0, 10), [], `${failures.length} failures`)
    assert.ok(good > 0, 'nothing of it was accepted')
  })
}
