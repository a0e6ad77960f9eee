import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { SQS, type Message } from '@aws-sdk/client-sqs'
import { ended, startFogbank, type Running } from './processes.ts'

// Queues in a cloud of its own process that is killed while it is busy: what was acknowledged is there when it starts again.
const folder = mkdtempSync(join(tmpdir(), 'fogbank-queues-'))
let cloud: Running
let sqs: SQS
const start = async () => {
  cloud = await startFogbank(join(folder, 'data'))
  sqs = new SQS({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 })
}
before(start)
after(async () => {
  sqs.destroy()
  cloud.child.kill('SIGTERM')
  await ended(cloud.child)
  rmSync(folder, { recursive: true, force: true })
})

const groups = ['a', 'b', 'c', 'd']
const senders = 8

/** Sends to both queues, and receives and deletes, until the cloud is killed. */
async function work(
  urls: { standard: string, fifo: string }, acknowledged: { sent: Set<string>, ordered: Map<string, string[]>, deleted: Set<string> }, run: number
): Promise<void> {
  const untilKilled = async (step: (at: number) => Promise<void>) => {
    for (let at = 0; ; at++) {
      try {
        await step(at)
      } catch {
        return
      }
    }
  }
  const sending = Array.from({ length: senders }, (_, sender) => untilKilled(async at => {
    const MessageBody = `${run}-${sender}-${at}`
    await sqs.sendMessage({ QueueUrl: urls.standard, MessageBody })
    acknowledged.sent.add(MessageBody)
  }))
  const ordering = groups.map(group => untilKilled(async at => {
    const MessageBody = `${run}-${group}-${at}`
    await sqs.sendMessage({ QueueUrl: urls.fifo, MessageBody, MessageGroupId: group, MessageDeduplicationId: MessageBody })
    acknowledged.ordered.get(group)!.push(MessageBody)
  }))
  const receiving = untilKilled(async () => {
    for (const message of (await sqs.receiveMessage({ QueueUrl: urls.standard, MaxNumberOfMessages: 5 })).Messages ?? []) {
      // Its deletion may be done though nobody heard of it: from here on the message may be gone.
      acknowledged.deleted.add(message.Body!)
      await sqs.deleteMessage({ QueueUrl: urls.standard, ReceiptHandle: message.ReceiptHandle! })
    }
  })
  await Promise.all([...sending, ...ordering, receiving])
}

/** All that is left in a queue, in the order of receiving. */
async function drain(QueueUrl: string): Promise<Message[]> {
  const messages: Message[] = []
  for (;;) {
    const { Messages } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 3 })
    if (!Messages) return messages
    messages.push(...Messages)
    const { Failed } = await sqs.deleteMessageBatch({ QueueUrl, Entries: Messages.map(({ ReceiptHandle }, at) => ({ Id: String(at), ReceiptHandle })) })
    assert.equal(Failed, undefined)
  }
}

test('kill -9 under load: every acknowledged message is received, and FIFO groups keep their order', { timeout: 120_000 }, async () => {
  await sqs.createQueue({ QueueName: 'standard', Attributes: { VisibilityTimeout: '1' } })
  await sqs.createQueue({ QueueName: 'ordered.fifo', Attributes: { FifoQueue: 'true', VisibilityTimeout: '5' } })
  const acknowledged = { sent: new Set<string>(), ordered: new Map(groups.map(group => [group, [] as string[]])), deleted: new Set<string>() }
  for (let run = 0; run < 3; run++) {
    const urls = { standard: `${cloud.endpoint}/000000000000/standard`, fifo: `${cloud.endpoint}/000000000000/ordered.fifo` }
    const killed = setTimeout(() => cloud.child.kill('SIGKILL'), 600 + 250 * run)
    await work(urls, acknowledged, run)
    clearTimeout(killed)
    await ended(cloud.child)
    sqs.destroy()
    await start()
  }
  const received = new Set((await drain(`${cloud.endpoint}/000000000000/standard`)).map(({ Body }) => Body))
  assert.ok(acknowledged.sent.size > 50, `only ${acknowledged.sent.size} messages were sent`)
  const lost = [...acknowledged.sent].filter(body => !received.has(body) && !acknowledged.deleted.has(body))
  assert.deepEqual(lost, [])
  const ordered = (await drain(`${cloud.endpoint}/000000000000/ordered.fifo`)).map(({ Body }) => Body!)
  for (const group of groups) {
    const own = ordered.filter(body => body.split('-')[1] === group)
    // One more may have been stored than was acknowledged, at each kill.
    assert.deepEqual(own.filter(body => acknowledged.ordered.get(group)!.includes(body)), acknowledged.ordered.get(group))
    assert.equal(new Set(own).size, own.length)
  }
})
