import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda, type Event } from '@aws-sdk/client-lambda'
import { build } from 'esbuild'
import { zipSync } from 'fflate'
import { ended, root, startFogbank, type Running } from './processes.ts'

// A durable function as a user has it: AWS's published SDK in the package, a real sandbox, a role with AWS's managed policy, a cloud in a process of its
// own that is killed while the execution waits, and once more while the function runs.
const folder = mkdtempSync(join(tmpdir(), 'fogbank-durable-'))
let cloud: Running
let lambda: Lambda
const client = () => ({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 })
async function start(): Promise<void> {
  cloud = await startFogbank(join(folder, 'data'))
  lambda = new Lambda(client())
}
async function kill(): Promise<void> {
  lambda.destroy()
  cloud.child.kill('SIGKILL')
  await ended(cloud.child)
}
before(start)
after(async () => {
  lambda.destroy()
  cloud.child.kill('SIGTERM')
  await ended(cloud.child)
  rmSync(folder, { recursive: true, force: true })
})

const workflow = `
import { withDurableExecution } from '@aws/durable-execution-sdk-js'
export const handler = withDurableExecution(async (event, context) => {
  const first = await context.step('first', async () => Math.random())
  await context.wait('pause', { seconds: 2 })
  const tries = await context.step('shaky', async () => {
    globalThis.tries = (globalThis.tries ?? 0) + 1
    if (globalThis.tries < 2 && !event.sure) throw new Error('not yet')
    return 'sure'
  }, { retryStrategy: (_, attempt) => ({ shouldRetry: attempt < 5, delay: { seconds: 1 } }) })
  const doubled = await context.invoke('double', 'double', { n: event.n })
  const branches = await context.parallel('both', [child => child.step('a', async () => 'a'), child => child.step('b', async () => 'b')])
  const approved = await context.waitForCallback('approve', async () => {}, { timeout: { minutes: 5 } })
  await context.step('slow', () => new Promise(resolve => setTimeout(resolve, event.slowMs ?? 0)))
  return { first, tries, doubled, branches: branches.getResults(), approved }
})`

async function deploy(): Promise<void> {
  const iam = new IAM(client())
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await iam.createRole({ RoleName: 'durable', AssumeRolePolicyDocument: JSON.stringify(trust) })
  await iam.attachRolePolicy({ RoleName: 'durable', PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicDurableExecutionRolePolicy' })
  await iam.putRolePolicy({ RoleName: 'durable', PolicyName: 'invoke', PolicyDocument: JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: 'arn:aws:lambda:us-east-1:000000000000:function:double' }],
  }) })
  iam.destroy()
  const bundle = await build({
    stdin: { contents: workflow, resolveDir: root }, bundle: true, platform: 'node', format: 'cjs', minify: true, write: false, logLevel: 'silent',
  })
  const code = (text: Uint8Array) =>
    ({ Runtime: 'nodejs24.x', Handler: 'index.handler', Role: Role!.Arn, Code: { ZipFile: zipSync({ 'index.js': text }) } }) as const
  await lambda.createFunction({ FunctionName: 'double', ...code(Buffer.from('exports.handler = async event => event.n * 2')) })
  await lambda.createFunction({
    FunctionName: 'workflow', Timeout: 30, MemorySize: 1024, Publish: true, DurableConfig: { ExecutionTimeout: 600 }, ...code(bundle.outputFiles[0]!.contents),
  })
}

async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (const deadline = Date.now() + 60_000; Date.now() < deadline;) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return assert.fail('It does not come.')
}

const history = async (DurableExecutionArn: string) => (await lambda.getDurableExecutionHistory({ DurableExecutionArn, MaxItems: 1000 })).Events!
const event = (arn: string, type: string, name?: string): Promise<Event> =>
  until(async () => (await history(arn)).find(({ EventType, Name }) => EventType === type && (name === undefined || Name === name)))
const outcome = (DurableExecutionArn: string) => until(async () => {
  const { Status, Result, Error } = await lambda.getDurableExecution({ DurableExecutionArn })
  return Status === 'RUNNING' ? undefined : { status: Status, result: Result && JSON.parse(Result), error: Error }
})
const begin = async (input: object) =>
  (await lambda.invoke({ FunctionName: 'workflow', Qualifier: '1', InvocationType: 'Event', Payload: JSON.stringify(input) })).DurableExecutionArn!

async function approve(arn: string): Promise<void> {
  const { CallbackStartedDetails } = await event(arn, 'CallbackStarted')
  await lambda.sendDurableExecutionCallbackSuccess({ CallbackId: CallbackStartedDetails!.CallbackId, Result: Buffer.from('yes') })
}

test('a workflow of the published SDK in a real sandbox: steps, a wait, a retry, another function, branches, a callback', { timeout: 120_000 }, async () => {
  await deploy()
  const arn = await begin({ n: 21 })
  await approve(arn)
  const { status, result, error } = await outcome(arn)
  assert.deepEqual([status, error], ['SUCCEEDED', undefined])
  assert.deepEqual({ ...result, first: typeof result.first }, { first: 'number', tries: 'sure', doubled: 42, branches: ['a', 'b'], approved: 'yes' })
  const types = (await history(arn)).map(({ EventType, Name }) => `${EventType} ${Name ?? ''}`.trim())
  const ended = types.filter(type => /Step(?:Failed|Succeeded) (?:first|shaky)/.test(type))
  assert.deepEqual(ended, ['StepSucceeded first', 'StepFailed shaky', 'StepSucceeded shaky'])
})

test('kill -9 while an execution waits, and while its function runs: it goes on after the restart, and does no step again', { timeout: 120_000 }, async () => {
  const arn = await begin({ n: 4, sure: true, slowMs: 3000 })
  await event(arn, 'WaitStarted')
  const first = JSON.parse((await event(arn, 'StepSucceeded', 'first')).StepSucceededDetails!.Result!.Payload!)
  await kill()
  await start()
  await approve(arn)
  await event(arn, 'StepStarted', 'slow')
  await kill()
  await start()
  const { status, result } = await outcome(arn)
  assert.deepEqual([status, result], ['SUCCEEDED', { first, tries: 'sure', doubled: 8, branches: ['a', 'b'], approved: 'yes' }])
  const succeeded = (await history(arn)).filter(({ EventType, Name }) => EventType === 'StepSucceeded' && Name).map(({ Name }) => Name)
  assert.deepEqual(succeeded.sort(), ['a', 'b', 'first', 'shaky', 'slow'])
})
