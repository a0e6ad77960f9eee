import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { KMS } from '@aws-sdk/client-kms'
import { Kinesis } from '@aws-sdk/client-kinesis'
import { Lambda } from '@aws-sdk/client-lambda'
import { SQS } from '@aws-sdk/client-sqs'
import type { TestCloudOptions } from '../../../testing/index.ts'
import { lambdaWorld } from '../testing/world.ts'

const root = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::000000000000:root' }, Action: 'kms:*', Resource: '*' }
const lambdaMay = { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'kms:Decrypt', Resource: '*' }
const policyOf = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const criteria = (kind: string) => ({ Filters: [{ Pattern: `{"body":{"kind":["${kind}"]}}` }] })
const EventSourceArn = 'arn:aws:sqs:us-east-1:000000000000:q'

/** A function that keeps the bodies it was given, a queue, and a key that Lambda may decrypt with. */
async function world(more: TestCloudOptions = {}) {
  const seen: string[] = []
  const base = await lambdaWorld({ script: ({ event }) => {
    seen.push(...event.Records.map((record: any) => record.body ?? Buffer.from(record.kinesis.data, 'base64').toString()))
  } }, more)
  const clients = { kms: new KMS(base.cloud.client), sqs: new SQS(base.cloud.client), iam: new IAM(base.cloud.client), kinesis: new Kinesis(base.cloud.client) }
  await clients.iam.putRolePolicy({
    RoleName: 'role', PolicyName: 'p', PolicyDocument: policyOf({ Effect: 'Allow', Action: ['sqs:*', 'kinesis:*'], Resource: '*' })
  })
  const { QueueUrl } = await clients.sqs.createQueue({ QueueName: 'q' })
  const newKey = async (...statements: object[]) => (await clients.kms.createKey({ Policy: policyOf(root, ...statements) })).KeyMetadata!.Arn!
  const send = async (kind: string) => {
    await clients.sqs.sendMessage({ QueueUrl, MessageBody: `{"kind":"${kind}"}` })
    await base.cloud.settle()
  }
  const stop = async () => {
    for (const client of Object.values(clients)) client.destroy()
    await base.stop()
  }
  return { ...base, ...clients, seen, newKey, send, stop }
}

test('KMSKeyArn: the criteria filter as ever, are shown to whoever may decrypt, and are left out of lists', async () => {
  const { lambda, create, newKey, send, seen, stop, iam, cloud } = await world()
  await create('f')
  const KMSKeyArn = await newKey(lambdaMay)
  const made = await lambda.createEventSourceMapping({ FunctionName: 'f', EventSourceArn, FilterCriteria: criteria('a'), KMSKeyArn })
  const UUID = made.UUID!
  assert.deepEqual([made.KMSKeyArn, made.FilterCriteria, made.FilterCriteriaError], [KMSKeyArn, criteria('a'), undefined])
  for (const kind of ['a', 'b']) await send(kind)
  assert.deepEqual(seen, ['{"kind":"a"}'])
  const [listed] = (await lambda.listEventSourceMappings({})).EventSourceMappings!
  assert.deepEqual([listed!.KMSKeyArn, listed!.FilterCriteria], [KMSKeyArn, undefined])
  assert.deepEqual((await lambda.getEventSourceMapping({ UUID })).FilterCriteria, criteria('a'))

  await iam.createUser({ UserName: 'looker' })
  await iam.putUserPolicy({ UserName: 'looker', PolicyName: 'p', PolicyDocument: policyOf({ Effect: 'Allow', Action: 'lambda:*', Resource: '*' }) })
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = (await iam.createAccessKey({ UserName: 'looker' })).AccessKey!
  const looker = new Lambda({ ...cloud.client, credentials: { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! } })
  const { FilterCriteria, FilterCriteriaError } = await looker.getEventSourceMapping({ UUID })
  assert.deepEqual([FilterCriteria, FilterCriteriaError!.ErrorCode], [undefined, 'AccessDeniedException'])
  assert.match(FilterCriteriaError!.Message!, /kms:Decrypt/)
  await assert.rejects(looker.updateEventSourceMapping({ UUID, FilterCriteria: criteria('b') }), {
    name: 'InvalidParameterValueException', message: /^Lambda was unable to encrypt or decrypt your filter criteria\. .*KMS Exception: AccessDeniedException/,
  })
  // Who changes neither criteria nor key need not open them.
  assert.equal((await looker.updateEventSourceMapping({ UUID, BatchSize: 3 })).BatchSize, 3)
  assert.deepEqual((await lambda.deleteEventSourceMapping({ UUID })).FilterCriteria, criteria('a'))
  looker.destroy()
  await stop()
})

test('UpdateEventSourceMapping: criteria and key change each by itself; without a key they stand open again', async () => {
  const { lambda, create, newKey, send, seen, stop, kms } = await world()
  await create('f')
  const [one, two] = [await newKey(lambdaMay), await newKey(lambdaMay)]
  const { UUID } = await lambda.createEventSourceMapping({ FunctionName: 'f', EventSourceArn, FilterCriteria: criteria('a') })
  const update = async (changes: object) => {
    const { KMSKeyArn, FilterCriteria } = await lambda.updateEventSourceMapping({ UUID, ...changes })
    return [KMSKeyArn, FilterCriteria]
  }
  assert.deepEqual(await update({ KMSKeyArn: one }), [one, criteria('a')])
  assert.deepEqual(await update({ FilterCriteria: criteria('b') }), [one, criteria('b')])
  await send('a')
  await send('b')
  assert.deepEqual(seen.splice(0), ['{"kind":"b"}'])
  assert.deepEqual(await update({ KMSKeyArn: two }), [two, criteria('b')])
  await kms.disableKey({ KeyId: one })
  assert.deepEqual(await update({ BatchSize: 2 }), [two, criteria('b')])
  assert.deepEqual(await update({ KMSKeyArn: '' }), [undefined, criteria('b')])
  await kms.disableKey({ KeyId: two })
  await send('b')
  assert.deepEqual(seen.splice(0), ['{"kind":"b"}'])
  await assert.rejects(lambda.updateEventSourceMapping({ UUID, KMSKeyArn: two }), {
    name: 'InvalidParameterValueException', message: /KMS Exception: DisabledException/
  })
  await assert.rejects(lambda.createEventSourceMapping({
    FunctionName: 'f', EventSourceArn: `${EventSourceArn}2`, FilterCriteria: criteria('a'),
    KMSKeyArn: two.replace(/[^/]+$/, '00000000-0000-0000-0000-000000000000'),
  }), { name: 'InvalidParameterValueException', message: /KMS Exception: NotFoundException/ })
  assert.deepEqual(await update({ FilterCriteria: {} }), [undefined, undefined])
  await stop()
})

test('a mapping whose key Lambda may not use polls nothing and says so, until it may', async () => {
  const { lambda, create, newKey, send, seen, stop, kms, kinesis, cloud } = await world()
  await create('f')
  const KMSKeyArn = await newKey()
  await lambda.createEventSourceMapping({ FunctionName: 'f', EventSourceArn, FilterCriteria: criteria('a'), KMSKeyArn })
  await kinesis.createStream({ StreamName: 's', ShardCount: 1 })
  await cloud.clock.advance(10_000)
  const { UUID } = await lambda.createEventSourceMapping({
    FunctionName: 'f', EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/s', StartingPosition: 'TRIM_HORIZON', KMSKeyArn,
    FilterCriteria: { Filters: [{ Pattern: '{"data":{"kind":["c"]}}' }] },
  })
  await kinesis.putRecord({ StreamName: 's', PartitionKey: 'p', Data: Buffer.from('{"kind":"c"}') })
  await send('a')
  assert.deepEqual(seen, [])
  assert.match((await lambda.getEventSourceMapping({ UUID })).LastProcessingResult!, /^PROBLEM: .*kms:Decrypt/)
  await kms.putKeyPolicy({ KeyId: KMSKeyArn, PolicyName: 'default', Policy: policyOf(root, lambdaMay) })
  await cloud.clock.advance(30_000)
  assert.deepEqual(seen.splice(0).sort(), ['{"kind":"a"}', '{"kind":"c"}'])
  // What is open stays open for some minutes; then a key that is disabled stops the polling.
  await kms.disableKey({ KeyId: KMSKeyArn })
  await cloud.clock.advance(5 * 60_000)
  await send('a')
  assert.deepEqual(seen, [])
  await kms.enableKey({ KeyId: KMSKeyArn })
  await cloud.clock.advance(60_000)
  assert.deepEqual(seen, ['{"kind":"a"}'])
  await stop()
})

test('sealed criteria open again after a restart', async () => {
  const dataFolder = await mkdtemp(join(tmpdir(), 'fogbank-criteria-'))
  try {
    const first = await world({ dataFolder })
    await first.create('f')
    const KMSKeyArn = await first.newKey(lambdaMay)
    await first.lambda.createEventSourceMapping({ FunctionName: 'f', EventSourceArn, FilterCriteria: criteria('a'), KMSKeyArn })
    await first.stop()
    const second = await world({ dataFolder })
    for (const kind of ['b', 'a']) await second.send(kind)
    assert.deepEqual(second.seen, ['{"kind":"a"}'])
    await second.stop()
  } finally {
    await rm(dataFolder, { recursive: true, force: true })
  }
})
