import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MetricDatum } from '../../../contracts/sinks.ts'
import { startThings } from '../testing/things.ts'

test('a fair queue tells each minute how many groups are noisy, and what there is of the quiet ones', async () => {
  const metrics: MetricDatum[] = []
  const { cloud, sqs, queue, receive, stop } = await startThings()
  cloud.cloud.sinks.own('metric', async () => datum => void metrics.push(datum))
  const QueueUrl = await queue('fair', { VisibilityTimeout: '3600' })
  const send = (MessageGroupId: string, count: number, DelaySeconds = 0) => sqs.sendMessageBatch({
    QueueUrl, Entries: Array.from({ length: count }, (_, i) => ({ Id: `m${i}`, MessageBody: 'x', MessageGroupId, DelaySeconds })),
  })
  for (let batch = 0; batch < 4; batch++) await send('loud', 10)
  for (let batch = 0; batch < 4; batch++) await receive(QueueUrl)
  await send('quiet', 3)
  await send('loud', 3)
  await receive(QueueUrl, { MaxNumberOfMessages: 1 })
  await cloud.clock.advance(60_000)
  const last = (name: string) => metrics.filter(datum => datum.name === name).at(-1)?.value
  assert.equal(last('ApproximateNumberOfNoisyGroups'), 1)
  assert.equal(last('ApproximateNumberOfMessagesVisibleInQuietGroups'), 2)
  assert.equal(last('ApproximateNumberOfMessagesNotVisibleInQuietGroups'), 1, 'the quiet group was served before the loud one')
  assert.equal(last('ApproximateAgeOfOldestMessageInQuietGroups'), 60)
  await stop()
})
