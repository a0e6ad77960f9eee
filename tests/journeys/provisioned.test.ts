import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import { ended, startFogbank, type Running } from './processes.ts'

// Provisioned concurrency with real runtimes: an init of a second is over before anybody calls, also after a crash of the function and after kill -9.
const folder = mkdtempSync(join(tmpdir(), 'fogbank-provisioned-'))
let cloud: Running
let lambda: Lambda
const client = () => ({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 })
before(async () => {
  cloud = await startFogbank(join(folder, 'data'))
  lambda = new Lambda(client())
})
after(async () => {
  lambda.destroy()
  cloud.child.kill('SIGTERM')
  await ended(cloud.child)
  rmSync(folder, { recursive: true, force: true })
})

const initMs = 1000
const code = `
const type = process.env.AWS_LAMBDA_INITIALIZATION_TYPE
const begun = Date.now()
await new Promise(resolve => setTimeout(resolve, ${initMs}))
const initialised = Date.now()
export const handler = async event => {
  if (event.crash) process.exit(7)
  return { type, tookMs: initialised - begun, readyForMs: Date.now() - initialised }
}`

async function ready(): Promise<void> {
  for (let n = 0; n < 300; n++) {
    const { Status, StatusReason } = await lambda.getProvisionedConcurrencyConfig({ FunctionName: 'f', Qualifier: '1' })
    if (Status === 'READY') return
    assert.notEqual(Status, 'FAILED', StatusReason)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  assert.fail('It does not become READY.')
}

async function invoke(event: object = {}) {
  const { Payload, LogResult } = await lambda.invoke({ FunctionName: 'f', Qualifier: '1', LogType: 'Tail', Payload: JSON.stringify(event) })
  return { ...JSON.parse(Buffer.from(Payload!).toString()), log: Buffer.from(LogResult!, 'base64').toString() }
}

test('provisioned environments have their init behind them, after a crash and after kill -9 as well', { timeout: 60_000 }, async () => {
  const iam = new IAM(client())
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await iam.createRole({ RoleName: 'worker', AssumeRolePolicyDocument: JSON.stringify(trust) })
  iam.destroy()
  await lambda.createFunction({
    FunctionName: 'f', Runtime: 'nodejs24.x', Handler: 'index.handler', Role: Role!.Arn, Publish: true, Timeout: 10,
    Code: { ZipFile: zipSync({ 'index.mjs': Buffer.from(code) }) },
  })
  await lambda.putProvisionedConcurrencyConfig({ FunctionName: 'f', Qualifier: '1', ProvisionedConcurrentExecutions: 2 })
  const isReady = async () => {
    await ready()
    const { type, tookMs, log } = await invoke()
    assert.equal(type, 'provisioned-concurrency')
    assert.ok(tookMs >= initMs - 1)
    assert.doesNotMatch(log, /Init Duration/)
    assert.ok(Number(/\tDuration: ([\d.]+) ms/.exec(log)![1]) < initMs, log)
  }
  await isReady()
  assert.match((await invoke({ crash: true })).errorMessage, /exit status 7/)
  await isReady()
  cloud.child.kill('SIGKILL')
  await ended(cloud.child)
  lambda.destroy()
  cloud = await startFogbank(join(folder, 'data'))
  lambda = new Lambda(client())
  await isReady()
})
