import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../src/testing/index.ts'

// The applications that Fogbank publishes in its repository, each deployed from there by another account, in another region, without drift, and used.
let cloud: TestCloud
const account = '111122223333'
const region = 'eu-west-1'
before(async () => {
  cloud = await startCloud()
})
after(() => cloud.stop())

async function deploy(name: string): Promise<Record<string, string>> {
  const { serverlessrepo, cloudformation } = cloud.aws(account, region)
  const ApplicationId = `arn:aws:serverlessrepo:us-east-1:000000000001:applications/${name}`
  const { Version } = await serverlessrepo.GetApplication({ ApplicationId })
  const Capabilities = Version!.RequiredCapabilities
  const { ChangeSetId, StackId } = await serverlessrepo.CreateCloudFormationChangeSet({ ApplicationId, StackName: name, Capabilities })
  await cloudformation.ExecuteChangeSet({ ChangeSetName: ChangeSetId })
  await cloud.settle()
  const [stack] = (await cloudformation.DescribeStacks({ StackName: StackId })).Stacks!
  assert.equal(stack!.StackStatus, 'CREATE_COMPLETE', stack!.StackStatusReason)
  const { StackDriftDetectionId } = await cloudformation.DetectStackDrift({ StackName: StackId })
  await cloud.settle()
  const { StackResourceDrifts } = await cloudformation.DescribeStackResourceDrifts({ StackName: StackId })
  assert.deepEqual(StackResourceDrifts!.filter(drift => drift.StackResourceDriftStatus !== 'IN_SYNC'), [])
  assert.equal((await cloudformation.DescribeStackDriftDetectionStatus({ StackDriftDetectionId })).StackDriftStatus, 'IN_SYNC')
  return Object.fromEntries(stack!.Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey!, OutputValue!]))
}

const api = (id: string, path: string) => `${cloud.endpoint}/_aws/execute-api/${id}${path}`
const receive = async (QueueUrl: string) =>
  (await cloud.aws(account, region).sqs.ReceiveMessage({ QueueUrl, MaxNumberOfMessages: 10 })).Messages?.map(({ Body }) => JSON.parse(Body!)) ?? []

test('hello-http greets', async () => {
  const { ApiId } = await deploy('hello-http')
  assert.deepEqual(await (await fetch(api(ApiId!, '/hello/fog%20bank'))).json(), { message: 'Hello, fog bank!' })
})

test('contact-form keeps what is sent, and refuses what is no message', async () => {
  const { ApiId, Table } = await deploy('contact-form')
  const headers = { 'content-type': 'application/json' }
  const post = (form: object) => fetch(api(ApiId!, '/messages'), { method: 'POST', headers, body: JSON.stringify(form) })
  assert.equal((await post({ email: 'a@example.com', message: ' ' })).status, 400)
  const answer = await post({ name: 'Ann', email: 'a@example.com', message: 'Hello' })
  assert.equal(answer.status, 201)
  const { Items } = await cloud.aws(account, region).dynamodb.Scan({ TableName: Table })
  assert.deepEqual(Items!.map(({ id, message }) => [id!.S, message!.S]), [[((await answer.json()) as any).id, 'Hello']])
})

test('bucket-fan-out tells both queues of an object', async () => {
  const { Bucket, FirstQueue, SecondQueue } = await deploy('bucket-fan-out')
  await cloud.aws(account, region).s3.PutObject({ Bucket, Key: 'photo.jpg', Body: new Uint8Array(3) as never })
  await cloud.settle()
  for (const queue of [FirstQueue, SecondQueue]) {
    const keys = (await receive(queue!)).flatMap(({ Records = [] }) => Records.map(({ s3 }: any) => s3.object.key))
    assert.deepEqual(keys, ['photo.jpg'])
  }
})

test('heartbeat writes the time of each beat', async () => {
  const { Parameter } = await deploy('heartbeat')
  await cloud.clock.advance(3 * 60_000)
  const { Value } = (await cloud.aws(account, region).ssm.GetParameter({ Name: Parameter })).Parameter!
  assert.match(Value!, /^2026-01-01T00:0\d:\d\dZ$/)
})

test('queue-worker does jobs, and puts what fails three times aside', async () => {
  const { Jobs, Failed } = await deploy('queue-worker')
  const { sqs } = cloud.aws(account, region)
  for (const job of [{ n: 1 }, { n: 2, fail: true }]) await sqs.SendMessage({ QueueUrl: Jobs, MessageBody: JSON.stringify(job) })
  for (let attempt = 0; attempt < 5; attempt++) await cloud.clock.advance(61_000)
  assert.deepEqual(await receive(Failed!), [{ n: 2, fail: true }])
  assert.deepEqual(await receive(Jobs!), [])
})
