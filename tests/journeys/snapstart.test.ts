import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda, waitUntilPublishedVersionActive } from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import { probeIsolation } from '../../src/sandbox/host.ts'
import { probeCheckpoints } from '../../src/sandbox/criu.ts'
import { boto3Files } from '../runtimes/boto3.ts'
import { path } from '../runtimes/place.ts'
import { ended, startFogbank, type Running } from './processes.ts'

// SnapStart with a real runtime: a function of Python makes a client of boto3 while it is initialised, and uses it with the credentials of after the restore.
const folder = mkdtempSync(join(tmpdir(), 'fogbank-snapstart-'))
const dataFolder = join(folder, 'data')
let cloud: Running
let lambda: Lambda
const client = () => ({ endpoint: cloud.endpoint, region: 'us-east-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' }, maxAttempts: 1 })
async function start(): Promise<void> {
  cloud = await startFogbank(dataFolder)
  lambda = new Lambda(client())
}
before(start)
after(async () => {
  lambda.destroy()
  cloud.child.kill('SIGTERM')
  await ended(cloud.child)
  rmSync(folder, { recursive: true, force: true })
})

const code = `
import os, time, boto3
begun = time.time()
sts = boto3.client('sts')
calls = 0
def handler(event, context):
  global calls
  calls += 1
  return {'arn': sts.get_caller_identity()['Arn'], 'calls': calls, 'type': os.environ['AWS_LAMBDA_INITIALIZATION_TYPE'], 'begun': begun}
`
async function invoke() {
  const { Payload, LogResult } = await lambda.invoke({ FunctionName: 'fn', Qualifier: '1', LogType: 'Tail' })
  return { ...JSON.parse(Buffer.from(Payload!).toString()), log: Buffer.from(LogResult!, 'base64').toString() }
}

test('a version with boto3 starts from its snapshot, also after kill -9, and its snapshot goes with it', { timeout: 120_000 }, async () => {
  const packaged = boto3Files('sts')
  assert.ok(packaged, 'The tools of the tests have boto3.')
  const iam = new IAM(client())
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await iam.createRole({ RoleName: 'worker', AssumeRolePolicyDocument: JSON.stringify(trust) })
  iam.destroy()
  const creating = lambda.createFunction({
    FunctionName: 'fn', Runtime: 'python3.13', Handler: 'app.handler', Role: Role!.Arn, Publish: true, Timeout: 10, MemorySize: 512,
    SnapStart: { ApplyOn: 'PublishedVersions' }, Code: { ZipFile: zipSync({ ...packaged, 'app.py': Buffer.from(code) }, { level: 1 }) },
  })
  const isolation = await probeIsolation()
  if (!isolation.works || !isolation.privileged || !(await probeCheckpoints(path)).works) {
    return assert.rejects(creating, { name: 'InvalidParameterValueException', message: /^SnapStart is not supported on this host\. / })
  }
  await creating
  await waitUntilPublishedVersionActive({ client: lambda, maxWaitTime: 60, minDelay: 1, maxDelay: 1 }, { FunctionName: 'fn', Qualifier: '1' })
  const { log, ...first } = await invoke()
  assert.deepEqual({ ...first, begun: 0 }, { arn: 'arn:aws:sts::000000000000:assumed-role/worker/fn', calls: 1, type: 'snap-start', begun: 0 })
  assert.match(log, /REPORT .*\tRestore Duration: [\d.]+ ms\tBilled Restore Duration: \d+ ms/)
  assert.doesNotMatch(log, /Init Duration/)
  assert.equal((await invoke()).calls, 2)
  // Its role has other credentials after a restart, and the gateway another port where the first is taken.
  lambda.destroy()
  cloud.child.kill('SIGKILL')
  await ended(cloud.child)
  await start()
  assert.deepEqual({ ...await invoke(), begun: 0, log: '' }, { ...first, begun: 0, log: '' })
  assert.equal(readdirSync(join(dataFolder, 'lambda', 'snapshots')).length, 1)
  await lambda.deleteFunction({ FunctionName: 'fn' })
  assert.deepEqual(readdirSync(join(dataFolder, 'lambda', 'snapshots')), [])
})
