import { strict as assert } from 'node:assert'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { DynamoDB } from '@aws-sdk/client-dynamodb'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { openSandboxes } from '../../src/sandbox/open.ts'
import { startCloud } from '../../src/testing/index.ts'
import { drivers, path } from './place.ts'

const options = { skip: drivers.length > 1 ? false : 'Isolation does not work here', timeout: 60_000 }
const log = { debug() {}, info() {}, warn() {}, error() {} }

/** The folder that holds the boto3 of the Python on PATH. */
function boto3(): string | undefined {
  try {
    const code = 'import boto3, os; print(os.path.dirname(os.path.dirname(boto3.__file__)))'
    return execFileSync('python3', ['-c', code], { stdio: ['ignore', 'pipe', 'ignore'] }).toString().trim()
  } catch {
    return undefined
  }
}

/** A cloud with a table, and functions that may use it; the user's SDK folder has what `python` names. */
async function world(python?: string) {
  const folder = mkdtempSync(join(tmpdir(), 'fogbank-sdk-'))
  mkdirSync(join(folder, 'sdk'))
  if (python) symlinkSync(python, join(folder, 'sdk', 'python'))
  const cloud = await startCloud({ sandboxes: openSandboxes({ driver: 'isolated', folder: join(folder, 'state'), log, path, sdkFolder: join(folder, 'sdk') }) })
  const [lambda, iam, dynamodb, logs] = [new Lambda(cloud.client), new IAM(cloud.client), new DynamoDB(cloud.client), new CloudWatchLogs(cloud.client)]
  const allow = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...statement }] })
  const { Role } = await iam.createRole({
    RoleName: 'role', AssumeRolePolicyDocument: allow({ Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }),
  })
  await iam.putRolePolicy({ RoleName: 'role', PolicyName: 'p', PolicyDocument: allow({ Action: ['dynamodb:*', 'logs:*'], Resource: '*' }) })
  await dynamodb.createTable({
    TableName: 'items', BillingMode: 'PAY_PER_REQUEST', KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  })
  let count = 0
  const call = async (Runtime: 'nodejs22.x' | 'python3.11', files: Record<string, string>) => {
    const FunctionName = `f${count++}`
    const ZipFile = zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])))
    await lambda.createFunction({ FunctionName, Runtime, Handler: 'index.handler', Role: Role!.Arn!, MemorySize: 512, Timeout: 30, Code: { ZipFile } })
    const { Payload, LogResult } = await lambda.invoke({ FunctionName, LogType: 'Tail' })
    return { answer: JSON.parse(Buffer.from(Payload!).toString()), log: Buffer.from(LogResult ?? '', 'base64').toString() }
  }
  const stop = async () => {
    for (const client of [lambda, iam, dynamodb, logs]) client.destroy()
    await cloud.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { call, stop }
}

const body = (id: string) => `
  const items = new DynamoDB({})
  const handler = async () => {
    await items.putItem({ TableName: 'items', Item: { id: { S: '${id}' }, n: { N: '1' } } })
    return (await items.getItem({ TableName: 'items', Key: { id: { S: '${id}' } } })).Item
  }`
const python = `import boto3
def handler(event, context):
  table = boto3.resource('dynamodb').Table('items')
  table.put_item(Item={'id': 'p', 'n': 2})
  return {name: str(value) for name, value in table.get_item(Key={'id': 'p'})['Item'].items()}`

if (options.skip) test('functions find the SDK', options, () => {})
else {
  const found = boto3()
  const { call, stop } = await world(found)
  after(stop)

  test('Node.js: @aws-sdk is there without being packaged, for CommonJS and for ES modules, and reaches DynamoDB', options, async () => {
    const common = await call('nodejs22.x', { 'index.js': `const { DynamoDB } = require('@aws-sdk/client-dynamodb')${body('c')}\nexports.handler = handler` })
    assert.deepEqual(common.answer, { id: { S: 'c' }, n: { N: '1' } }, common.log)
    const module = await call('nodejs22.x', { 'index.mjs': `import { DynamoDB } from '@aws-sdk/client-dynamodb'${body('m')}\nexport { handler }` })
    assert.deepEqual(module.answer, { id: { S: 'm' }, n: { N: '1' } }, module.log)
  })

  test('Node.js: a copy of the function\'s own wins, and what the SDK needs is not there for the function', options, async () => {
    const at = 'node_modules/@aws-sdk/client-dynamodb'
    const own = { [`${at}/package.json`]: '{"main":"i.js"}', [`${at}/i.js`]: 'exports.DynamoDB = "mine"' }
    const common = { 'index.js': 'exports.handler = async () => require("@aws-sdk/client-dynamodb").DynamoDB' }
    assert.equal((await call('nodejs22.x', { ...common, ...own })).answer, 'mine')
    const module = { 'index.mjs': 'import sdk from "@aws-sdk/client-dynamodb"; export const handler = async () => sdk.DynamoDB' }
    assert.equal((await call('nodejs22.x', { ...module, ...own })).answer, 'mine')
    const others = `for (const name of ['koffi', 'fflate', 'yauzl']) {
      let found = true
      try { require(name) } catch { found = false }
      if (found) throw new Error(name)
    }`
    assert.equal((await call('nodejs22.x', { 'index.js': `${others}; exports.handler = async () => 'alone'` })).answer, 'alone')
  })

  test('Node.js: a client that is not there is named in the log, with the way to get it', options, async () => {
    const { answer, log: said } = await call('nodejs22.x', { 'index.mjs': 'import "@aws-sdk/client-nowhere"; export const handler = async () => 1' })
    assert.equal(answer.errorType, 'Runtime.ImportModuleError')
    assert.match(said, /npm install --prefix ~\/\.fogbank-sdk @aws-sdk\/client-nowhere/)
  })

  test('Python: boto3 is there without being packaged, and reaches DynamoDB', { ...options, skip: found ? false : 'No boto3 is installed' }, async () => {
    const { answer, log: said } = await call('python3.11', { 'index.py': python })
    assert.deepEqual(answer, { id: 'p', n: '2' }, said)
    const own = await call('python3.11', { 'index.py': 'import boto3\ndef handler(event, context): return boto3.mine', 'boto3.py': 'mine = "mine"' })
    assert.equal(own.answer, 'mine')
  })

  test('Python: where boto3 is not there, the log says how to get it', options, async () => {
    const without = await world()
    const { answer, log: said } = await without.call('python3.11', { 'index.py': python })
    await without.stop()
    if (!('errorType' in answer)) return
    assert.equal(answer.errorType, 'Runtime.ImportModuleError')
    assert.match(said, /pip install --target ~\/\.fogbank-sdk\/python boto3/)
  })
}
