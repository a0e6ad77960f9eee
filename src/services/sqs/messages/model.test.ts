import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startThings, type Things } from '../testing/things.ts'

// Queues beside a model of a few lines: whatever is done, in whatever order, both say the same.
interface Held { body: string, group: string, at: number, receives: number, handle: string }

const groups = ['a', 'b', 'c']
const steps = 250

function randomOf(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >> 8) % below
  }
}

/** What a receive may give at this time: of a FIFO queue all of the groups that have nothing in flight. */
function receivable(messages: Held[], fifo: boolean, now: number): Held[] {
  const isBlocked = (group: string) => messages.some(message => message.group === group && message.receives > 0 && message.at > now)
  return messages.filter(message => message.at <= now && !(fifo && isBlocked(message.group)))
}

async function compare(things: Things, name: string, seed: number): Promise<void> {
  const fifo = name.endsWith('.fifo')
  const random = randomOf(seed)
  const QueueUrl = await things.queue(name, { VisibilityTimeout: '10' })
  const { sqs } = things.cloud.aws()
  const now = () => things.cloud.clock.now()
  let messages: Held[] = []
  let number = 0
  const held = () => messages.filter(({ receives, at }) => receives > 0 && at > now())

  const doings: (() => Promise<void>)[] = [
    async function send() {
      const entries = Array.from({ length: 1 + random(3) }, () => ({ body: `${++number}`, group: groups[random(3)]! }))
      await sqs.SendMessageBatch({
        QueueUrl,
        Entries: entries.map(({ body, group }) => ({ Id: body, MessageBody: body, ...fifo && { MessageGroupId: group, MessageDeduplicationId: body } }))
      })
      messages.push(...entries.map(entry => ({ ...entry, at: now(), receives: 0, handle: '' })))
    },
    async function receive() {
      const MaxNumberOfMessages = 1 + random(5)
      const possible = receivable(messages, fifo, now())
      const { Messages = [] } = await sqs.ReceiveMessage({ QueueUrl, MaxNumberOfMessages })
      assert.equal(Messages.length, Math.min(MaxNumberOfMessages, possible.length), 'as many as there are')
      for (const group of groups) {
        const [own, given] = [
          possible.filter(message => message.group === group), Messages.filter(({ Body }) => possible.find(({ body }) => body === Body)?.group === group)
        ]
        if (fifo) assert.deepEqual(given.map(({ Body }) => Body), own.slice(0, given.length).map(({ body }) => body), 'a group in its order')
      }
      for (const { Body, ReceiptHandle } of Messages) {
        const message = possible.find(({ body }) => body === Body)
        assert.ok(message, `${Body} could not be received`)
        Object.assign(message, { at: now() + 10_000, receives: message.receives + 1, handle: ReceiptHandle })
      }
    },
    async function remove() {
      const [message] = held().slice(random(3))
      if (!message) return
      await sqs.DeleteMessage({ QueueUrl, ReceiptHandle: message.handle })
      messages = messages.filter(each => each !== message)
    },
    async function change() {
      const [message] = held().slice(random(3))
      if (!message) return
      const VisibilityTimeout = [0, 0, 3, 25][random(4)]!
      await sqs.ChangeMessageVisibility({ QueueUrl, ReceiptHandle: message.handle, VisibilityTimeout })
      message.at = now() + VisibilityTimeout * 1000
    },
    () => things.cloud.clock.advance(random(6) * 1000),
  ]
  for (let step = 0; step < steps; step++) {
    await doings[[0, 1, 1, 1, 2, 2, 3, 4][random(8)]!]!()
    const { Attributes: found } = await sqs.GetQueueAttributes({ QueueUrl, AttributeNames: ['All'] })
    assert.deepEqual(
      [found!.ApproximateNumberOfMessages, found!.ApproximateNumberOfMessagesNotVisible].map(Number), [messages.length - held().length, held().length],
      `seed ${seed}, step ${step}`
    )
  }
}

for (const name of ['model', 'model.fifo']) {
  test(`${name}: random sends, receives, deletions, changes of visibility and pauses do what a model says`, async () => {
    const things = await startThings()
    for (const seed of [1, 2, 3, 4]) await compare(things, name.replace('model', `model-${seed}`), seed)
    await things.stop()
  })
}
