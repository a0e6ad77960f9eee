import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { IAM } from '@aws-sdk/client-iam'
import { Kinesis } from '@aws-sdk/client-kinesis'
import { Lambda } from '@aws-sdk/client-lambda'
import { SQS } from '@aws-sdk/client-sqs'
import { zipSync } from 'fflate'
import { eventually, processesOf, skip } from '../hostile/helpers.ts'
import { ended, root, startFogbank, type Running } from './processes.ts'

// Functions in a cloud of its own process that is killed while asynchronous invocations and mappings run: every accepted event is handled at least
// once, what is ordered in its order, and no environment outlives its cloud. What was handled, the function writes to a table before it answers.
const folder = mkdtempSync(join(tmpdir(), 'fogbank-kill-functions-'))
const groups = ['a', 'b', 'c']
const sources = ['async', 'standard', 'fifo', 'kinesis', 'stream'] as const
type Source = (typeof sources)[number]
/** Control groups tell which process is whose. */
const isolates = skip === false && process.getuid?.() === 0
const isOrdered = (source: Source) => source !== 'async' && source !== 'standard'
/** So many of each source are accepted before each kill: a run that was killed before anything was accepted proves nothing. */
const eachMin = 20

let cloud: Running
let clients: { dynamodb: DynamoDB, iam: IAM, kinesis: Kinesis, lambda: Lambda, sqs: SQS }
const url = (queue: string) => `${cloud.endpoint}/000000000000/${queue}`
async function start(): Promise<void> {
  cloud = await startFogbank(join(folder, 'data'))
  const client = { endpoint: cloud.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 }
  clients = { dynamodb: new DynamoDB(client), iam: new IAM(client), kinesis: new Kinesis(client), lambda: new Lambda(client), sqs: new SQS(client) }
}
const hangUp = () => { for (const client of Object.values(clients)) client.destroy() }
before(start)
after(async () => {
  hangUp()
  cloud.child.kill('SIGTERM')
  await ended(cloud.child)
  rmSync(folder, { recursive: true, force: true })
})

/** Keeps each event under its source and group, in the order of handling. */
const handler = `
import { dynamodb } from './dynamodb.mjs'
const read = record => record.kinesis ? JSON.parse(Buffer.from(record.kinesis.data, 'base64'))
  : record.dynamodb ? { source: 'stream', group: record.dynamodb.NewImage.group.S, n: Number(record.dynamodb.NewImage.n.N) } : JSON.parse(record.body)
export const handler = async event => {
  for (const { source, group, n } of event.Records?.map(read) ?? [event]) {
    await dynamodb('UpdateItem', {
      TableName: 'handled', Key: { id: { S: source + ' ' + group } }, UpdateExpression: 'SET seen = list_append(if_not_exists(seen, :none), :one)',
      ExpressionAttributeValues: { ':none': { L: [] }, ':one': { L: [{ N: String(n) }] } },
    })
  }
}`

async function build(): Promise<void> {
  const { dynamodb, iam, kinesis, lambda, sqs } = clients
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await iam.createRole({ RoleName: 'worker', AssumeRolePolicyDocument: JSON.stringify(trust) })
  const policy = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: ['sqs:*', 'kinesis:*', 'dynamodb:*', 'logs:*'], Resource: '*' }] }
  await iam.putRolePolicy({ RoleName: 'worker', PolicyName: 'p', PolicyDocument: JSON.stringify(policy) })
  const keyed = {
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' as const }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }],
    BillingMode: 'PAY_PER_REQUEST' as const,
  }
  await dynamodb.createTable({ TableName: 'handled', ...keyed })
  const source = await dynamodb.createTable({ TableName: 'source', ...keyed, StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } })
  // A message that is in flight when the cloud is killed comes again after its visibility timeout, which the function's timeout may not pass.
  await sqs.createQueue({ QueueName: 'standard', Attributes: { VisibilityTimeout: '3' } })
  await sqs.createQueue({ QueueName: 'ordered.fifo', Attributes: { FifoQueue: 'true', VisibilityTimeout: '3' } })
  await kinesis.createStream({ StreamName: 'stream', ShardCount: 2 })
  const files = { 'index.mjs': Buffer.from(handler), 'dynamodb.mjs': readFileSync(join(root, 'examples/items/src/put-item/dynamodb.mjs')) }
  const code = { Runtime: 'nodejs24.x', Handler: 'index.handler', Role: Role!.Arn, MemorySize: 1024, Code: { ZipFile: zipSync(files) } } as const
  await lambda.createFunction({ FunctionName: 'handle', Timeout: 3, ...code })
  // One that fails is tried again after a minute, so it has the time that a busy machine takes.
  await lambda.createFunction({ FunctionName: 'handle-async', Timeout: 60, ...code })
  const arn = (service: string, name: string) => `arn:aws:${service}:us-east-1:000000000000:${name}`
  const map = (EventSourceArn: string, more = {}) => lambda.createEventSourceMapping({ FunctionName: 'handle', EventSourceArn, BatchSize: 5, ...more })
  await map(arn('sqs', 'standard'))
  await map(arn('sqs', 'ordered.fifo'))
  await map(arn('kinesis', 'stream/stream'), { StartingPosition: 'TRIM_HORIZON' })
  await map(source.TableDescription!.LatestStreamArn!, { StartingPosition: 'TRIM_HORIZON' })
}

interface Event { source: Source, group: string, n: number }

const send: Record<Source, (event: Event) => Promise<unknown>> = {
  async: event => clients.lambda.invoke({ FunctionName: 'handle-async', InvocationType: 'Event', Payload: JSON.stringify(event) }),
  standard: event => clients.sqs.sendMessage({ QueueUrl: url('standard'), MessageBody: JSON.stringify(event) }),
  fifo: event => clients.sqs.sendMessage({
    QueueUrl: url('ordered.fifo'), MessageBody: JSON.stringify(event), MessageGroupId: event.group, MessageDeduplicationId: `${event.group}-${event.n}`,
  }),
  kinesis: event => clients.kinesis.putRecord({ StreamName: 'stream', PartitionKey: event.group, Data: Buffer.from(JSON.stringify(event)) }),
  stream: ({ group, n }) => clients.dynamodb.putItem({ TableName: 'source', Item: { id: { S: group }, group: { S: group }, n: { N: String(n) } } }),
}

/** Sends to every source, one event after another in each group, until the cloud is killed; adds those that were accepted. */
async function load(accepted: Map<string, number[]>, next: Map<string, number>): Promise<void> {
  await Promise.all(sources.flatMap(source => groups.map(async group => {
    const key = `${source} ${group}`
    for (;;) {
      const n = next.get(key) ?? 0
      next.set(key, n + 1)
      if (!await send[source]({ source, group, n }).then(() => true, () => false)) return
      accepted.set(key, [...accepted.get(key) ?? [], n])
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  })))
}

/** What was handled, by source and group, in its order. */
async function handled(): Promise<Map<string, number[]>> {
  const { Items } = await clients.dynamodb.scan({ TableName: 'handled', ConsistentRead: true })
  return new Map(Items!.map(item => [item.id!.S!, item.seen!.L!.map(value => Number(value.N))]))
}

const countOf = (accepted: Map<string, number[]>, source: Source) => groups.reduce((sum, group) => sum + (accepted.get(`${source} ${group}`)?.length ?? 0), 0)

const missing = (accepted: Map<string, number[]>, seen: Map<string, number[]>) =>
  [...accepted].flatMap(([key, numbers]) => numbers.filter(n => !seen.get(key)?.includes(n)).map(n => `${key} ${n}`))

test('kill -9 with asynchronous invocations and mappings at work: all that was accepted is handled, in order, and no environment is left', {
  timeout: 180_000,
}, async () => {
  await build()
  const accepted = new Map<string, number[]>()
  const next = new Map<string, number>()
  for (const many of [eachMin, 2 * eachMin]) {
    const owner = cloud.child.pid!
    let running = 0
    const killing = setInterval(() => {
      if (sources.some(source => countOf(accepted, source) < many)) return
      // On a busy machine nothing may have started yet.
      running = processesOf(owner).length
      if (isolates && running === 0) return
      cloud.child.kill('SIGKILL')
      clearInterval(killing)
    }, 10)
    await load(accepted, next)
    clearInterval(killing)
    await ended(cloud.child)
    hangUp()
    // One that was being started finds nobody on its descriptor once it runs.
    assert.ok(isolates === false || running > 0, 'nothing ran when the cloud was killed')
    assert.equal(await eventually(() => processesOf(owner).length === 0, 10), true, processesOf(owner).join())
    await start()
  }
  let seen = await handled()
  for (let n = 0; n < 900 && missing(accepted, seen).length > 0; n++) {
    await new Promise(resolve => setTimeout(resolve, 100))
    seen = await handled()
  }
  assert.deepEqual(missing(accepted, seen), [])
  for (const source of sources.filter(isOrdered)) {
    for (const group of groups) {
      // What runs when the cloud is killed is handled again; each for the first time in its order.
      const first = [...new Set(seen.get(`${source} ${group}`))]
      assert.deepEqual(first, [...first].sort((a, b) => a - b), `${source} ${group}`)
    }
  }
})
