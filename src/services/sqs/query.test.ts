import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startThings, type Things } from './testing/things.ts'

// The query protocol, which clients of before 2023 speak: forms in, XML out, sent to the queue's own address.
let things: Things
before(async () => {
  things = await startThings()
})
after(() => things.stop())

async function ask(url: string, parameters: Record<string, string>): Promise<{ status: number, xml: string }> {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const response = await fetch(url, {
    method: 'POST', body: new URLSearchParams({ Version: '2012-11-05', ...parameters }), headers: {
      'x-amz-date': time,
      authorization: `AWS4-HMAC-SHA256 Credential=test/${time.slice(0, 8)}/us-east-1/sqs/aws4_request, SignedHeaders=host;x-amz-date, ` +
        `Signature=${'0'.repeat(64)}`,
    },
  })
  return { status: response.status, xml: await response.text() }
}

test('a queue is made, filled, read and emptied by forms, in AWS\'s XML', async () => {
  const made = await ask(things.cloud.endpoint, {
    Action: 'CreateQueue', QueueName: 'old', 'Attribute.1.Name': 'VisibilityTimeout', 'Attribute.1.Value': '40', 'Tag.1.Key': 'a', 'Tag.1.Value': 'b',
  })
  const url = `${things.cloud.endpoint}/000000000000/old`
  assert.match(made.xml, /^<CreateQueueResponse xmlns="http:\/\/queue\.amazonaws\.com\/doc\/2012-11-05\/"><CreateQueueResult><QueueUrl>/)
  assert.ok(made.xml.includes(`<QueueUrl>${url}</QueueUrl>`))
  const sent = await ask(url, {
    Action: 'SendMessage', MessageBody: 'a <b> & c', 'MessageAttribute.1.Name': 'n', 'MessageAttribute.1.Value.DataType': 'String',
    'MessageAttribute.1.Value.StringValue': 'v',
  })
  assert.match(sent.xml, /<SendMessageResult><MD5OfMessageBody>[0-9a-f]{32}<\/MD5OfMessageBody><MD5OfMessageAttributes>[0-9a-f]{32}<\/MD5OfMessageAttributes>/)
  await ask(url, {
    Action: 'SendMessageBatch', 'SendMessageBatchRequestEntry.1.Id': 'x', 'SendMessageBatchRequestEntry.1.MessageBody': 'one',
    'SendMessageBatchRequestEntry.2.Id': 'y', 'SendMessageBatchRequestEntry.2.MessageBody': 'two',
  })
  const { xml } = await ask(url, { Action: 'ReceiveMessage', MaxNumberOfMessages: '10', 'AttributeName.1': 'All', 'MessageAttributeName.1': 'All' })
  assert.deepEqual([...xml.matchAll(/<Body>([^<]*)<\/Body>/g)].map(match => match[1]), ['a &lt;b&gt; &amp; c', 'one', 'two'])
  assert.match(xml, /<Attribute><Name>ApproximateReceiveCount<\/Name><Value>1<\/Value><\/Attribute>/)
  assert.match(xml, /<MessageAttribute><Name>n<\/Name><Value><DataType>String<\/DataType><StringValue>v<\/StringValue><\/Value><\/MessageAttribute>/)
  const handles = [...xml.matchAll(/<ReceiptHandle>([^<]*)<\/ReceiptHandle>/g)].map(match => match[1]!)
  const deleted = await ask(url, {
    Action: 'DeleteMessageBatch', 'DeleteMessageBatchRequestEntry.1.Id': 'x', 'DeleteMessageBatchRequestEntry.1.ReceiptHandle': handles[0]!,
  })
  assert.match(deleted.xml, /<DeleteMessageBatchResult><DeleteMessageBatchResultEntry><Id>x<\/Id><\/DeleteMessageBatchResultEntry>/)
  await ask(url, { Action: 'DeleteMessage', ReceiptHandle: handles[1]! })
  const read = await ask(url, {
    Action: 'GetQueueAttributes', 'AttributeName.1': 'VisibilityTimeout', 'AttributeName.2': 'ApproximateNumberOfMessagesNotVisible',
  })
  const attribute = (name: string, value: string) => `<Attribute><Name>${name}</Name><Value>${value}</Value></Attribute>`
  assert.ok(read.xml.includes(attribute('ApproximateNumberOfMessagesNotVisible', '1') + attribute('VisibilityTimeout', '40')))
  assert.match((await ask(things.cloud.endpoint, { Action: 'ListQueues' })).xml, /<ListQueuesResult><QueueUrl>/)
  assert.match((await ask(url, { Action: 'ListQueueTags' })).xml, /<Tag><Key>a<\/Key><Value>b<\/Value><\/Tag>/)
})

test('errors have the codes of that protocol, which JSON clients get in a header', async () => {
  const missing = await ask(`${things.cloud.endpoint}/000000000000/none`, { Action: 'SendMessage', MessageBody: 'x' })
  assert.equal(missing.status, 400)
  assert.ok(missing.xml.includes('<Error><Type>Sender</Type><Code>AWS.SimpleQueueService.NonExistentQueue</Code>' +
    '<Message>The specified queue does not exist for this wsdl version.</Message>'))
  const without = await ask(`${things.cloud.endpoint}/000000000000/none`, { Action: 'ReceiveMessage', WaitTimeSeconds: '21' })
  assert.match(without.xml, /NonExistentQueue/)
  await assert.rejects(
    things.sqs.getQueueUrl({ QueueName: 'none' }), (error: any) => error.name === 'QueueDoesNotExist' && error.$metadata.httpStatusCode === 400,
  )
})
