import { KinesisClient, SubscribeToShardCommand } from '@aws-sdk/client-kinesis'
import { InvokeWithResponseStreamCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { S3Client, SelectObjectContentCommand } from '@aws-sdk/client-s3'
import { EventStreamCodec } from '@smithy/eventstream-codec'
import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { AwsError } from '../platform/errors.ts'
import { codecOf } from './codec.ts'
import { encodeFrame } from './event-stream.ts'
import { loadModel } from './model.ts'

/** A client whose every call is answered by our writer with this output. */
function answering(Client: any, room: string, operation: string, output: any): any {
  const model = loadModel(room)!
  const handle = async () => {
    const { status, headers, body } = codecOf(model, model.operations[operation]!).write(output, 'id-1')
    return { response: { statusCode: status, headers, body: Readable.from(body as Readable) } }
  }
  return new Client({
    region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' }, maxAttempts: 1,
    requestHandler: { handle, metadata: { handlerProtocol: 'h2' } },
  })
}

async function* of(...events: any[]): AsyncGenerator<any> {
  for (const event of events) {
    if (event instanceof Error) throw event
    yield event
  }
}

test('restJson1: the chunks of InvokeWithResponseStream arrive as bytes, its end as a structure, the other members as headers', async () => {
  const lambda = answering(LambdaClient, 'lambda', 'InvokeWithResponseStream', {
    StatusCode: 200, ExecutedVersion: '$LATEST',
    EventStream: of(
      { PayloadChunk: { Payload: Buffer.from('one') } }, { PayloadChunk: { Payload: Buffer.from([0, 255]) } },
      { InvokeComplete: { ErrorCode: 'E', LogResult: 'bG9n' } },
    ),
  })
  const response = await lambda.send(new InvokeWithResponseStreamCommand({ FunctionName: 'f' }))
  assert.equal(response.ExecutedVersion, '$LATEST')
  const events: any[] = await Array.fromAsync(response.EventStream)
  assert.deepEqual(events.slice(0, 2).map(event => Buffer.from(event.PayloadChunk.Payload)), [Buffer.from('one'), Buffer.from([0, 255])])
  assert.equal(events[2].InvokeComplete.ErrorCode, 'E')
  assert.equal(events[2].InvokeComplete.LogResult, 'bG9n')
})

test('awsJson1_1: an initial response comes first; an error after it is an exception of its name', async () => {
  const event = { SubscribeToShardEvent: { Records: [], ContinuationSequenceNumber: '7', MillisBehindLatest: 0 } }
  const kinesis = answering(KinesisClient, 'kinesis', 'SubscribeToShard', {
    EventStream: of(event, new AwsError('ResourceNotFoundException', 'Stream s is gone')),
  })
  const ConsumerARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/s/consumer/c:1'
  const response = await kinesis.send(new SubscribeToShardCommand({ ConsumerARN, ShardId: 's', StartingPosition: { Type: 'LATEST' } }))
  const iterator = response.EventStream[Symbol.asyncIterator]()
  assert.equal((await iterator.next()).value.SubscribeToShardEvent.ContinuationSequenceNumber, '7')
  await assert.rejects(iterator.next(), { name: 'ResourceNotFoundException', message: 'Stream s is gone' })
})

test('restXml: records are bytes, statistics XML, and the end has no payload', async () => {
  const s3 = answering(S3Client, 's3', 'SelectObjectContent', {
    Payload: of({ Records: { Payload: Buffer.from('a,b\n') } }, { Stats: { Details: { BytesScanned: 4, BytesReturned: 4 } } }, { End: {} }),
  })
  const response = await s3.send(new SelectObjectContentCommand({
    Bucket: 'b', Key: 'k', Expression: 'select 1', ExpressionType: 'SQL', InputSerialization: { CSV: {} }, OutputSerialization: { CSV: {} },
  }))
  const events: any[] = await Array.fromAsync(response.Payload)
  assert.equal(Buffer.from(events[0].Records.Payload).toString(), 'a,b\n')
  assert.equal(events[1].Stats.Details.BytesScanned, 4)
  assert.deepEqual(events[2], { End: {} })
})

test('an unexpected failure inside a stream tells nothing of its cause', async () => {
  const model = loadModel('lambda')!
  const { body } = codecOf(model, model.operations.InvokeWithResponseStream!).write({ EventStream: of(new Error('secret path')) }, 'id-1')
  const bytes = Buffer.concat(await Array.fromAsync(body as Readable)).toString('latin1')
  assert.match(bytes, /InternalFailure/)
  assert.doesNotMatch(bytes, /secret/)
})

test('a frame of every type of header is read by the codec of the SDK', () => {
  const at = new Date(1_600_000_000_123)
  const frame = encodeFrame({ text: 'é', yes: true, no: false, small: -7, large: 2n ** 40n, bytes: Buffer.from([1, 2]), at }, Buffer.from('hi'))
  const { headers, body } = new EventStreamCodec(bytes => Buffer.from(bytes).toString(), text => Buffer.from(text)).decode(frame)
  const values = Object.fromEntries(Object.entries(headers).map(([name, { value }]) => [name, value]))
  assert.equal(Buffer.from(body).toString(), 'hi')
  assert.deepEqual([values.text, values.yes, values.no, values.small, values.at], ['é', true, false, -7, at])
  assert.equal(Number(values.large), 2 ** 40)
  assert.deepEqual(Buffer.from(values.bytes as Uint8Array), Buffer.from([1, 2]))
})
