import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { startThings, type Things } from './testing/things.ts'

const dataFolder = mkdtempSync(join(tmpdir(), 'fogbank-sqs-'))
after(() => rmSync(dataFolder, { recursive: true }))

/** A cloud over the same folder, that a later one follows. */
async function run<T>(work: (things: Things) => Promise<T>): Promise<T> {
  const things = await startThings({ dataFolder })
  try {
    return await work(things)
  } finally {
    await things.stop()
  }
}

test('what was sent, received and delayed is so after a restart, and counted', async () => {
  const url = (things: Things, name: string) => `${things.cloud.endpoint}/000000000000/${name}`
  await run(async things => {
    const QueueUrl = await things.queue('kept', { VisibilityTimeout: '60' })
    await things.send(QueueUrl, 'a', 'b', 'c')
    await things.sqs.sendMessage({ QueueUrl, MessageBody: 'later', DelaySeconds: 100 })
    await things.receive(QueueUrl, { MaxNumberOfMessages: 1 })
    const fifo = await things.queue('kept.fifo', { VisibilityTimeout: '60' })
    await things.send(fifo, 'a1', 'a2', 'b1')
    await things.receive(fifo, { MaxNumberOfMessages: 1 })
  })
  await run(async things => {
    assert.deepEqual(await things.counts(url(things, 'kept')), [2, 1, 1])
    assert.deepEqual(await things.counts(url(things, 'kept.fifo')), [2, 1, 0])
    assert.deepEqual(await things.bodies(url(things, 'kept.fifo')), ['b1'])
    // A message that was sent before is not sent again, and new ones come after the old ones.
    await things.send(url(things, 'kept.fifo'), 'a2', 'a3')
    await things.cloud.clock.advance(60_000)
    assert.deepEqual(await things.bodies(url(things, 'kept.fifo')), ['a1', 'a2', 'a3', 'b1'])
    assert.deepEqual(await things.bodies(url(things, 'kept')), ['b', 'c', 'a'])
  })
})

test('after a crash the messages are counted anew', async () => {
  await run(async things => {
    const { tables } = things.cloud.cloud.platform.scope('sqs', { account: '', region: '' })
    const QueueUrl = await things.queue('crashed')
    await things.send(QueueUrl, 'a', 'b')
    await things.receive(QueueUrl, { MaxNumberOfMessages: 1 })
    assert.deepEqual((await tables.counts!.list()).filter(({ messages }: any) => messages === 2), [], 'no count is stored while the queue is open')
    // As if the process had ended here: the service does not get to write the counts.
    const service = things.cloud.cloud.platform.scope('sqs', { account: '', region: '' })
    service.state.loaded.clear()
  })
  await run(async things => assert.deepEqual(await things.counts(`${things.cloud.endpoint}/000000000000/crashed`), [1, 1, 0]))
})
