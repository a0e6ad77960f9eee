import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { zipSync } from 'fflate'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

// The JSON format as the real runtimes write it: application lines of console and logging, wrapped and filtered by level.
let cloud: TestCloud
let lambda: Lambda
let Role: string
before(async () => {
  cloud = await startCloud({ sandboxDriver: 'process' })
  lambda = new Lambda(cloud.client)
  const iam = new IAM(cloud.client)
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  Role = (await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) })).Role!.Arn!
  iam.destroy()
  await cloud.cloud.platform.load('lambda')
})
after(async () => {
  lambda.destroy()
  await cloud.stop()
})

const node = `exports.handler = async () => { console.debug('low'); console.info('hello %s', 'you'); console.error(new Error('bad')); }`
const python = [
  'import logging', 'log = logging.getLogger()', 'def handler(event, context):', '  log.debug("low")', '  log.info("hello %s", "you")', '  log.error("bad")',
].join('\n')

for (const [prefix, Handler, files] of [['nodejs', 'index.handler', { 'index.js': node }], ['python', 'main.handler', { 'main.py': python }]] as const) {
  test(`${prefix}: lines are JSON with timestamp, level, requestId and message, and those below the level are not there`, async t => {
    const place = { account: '000000000000', region: 'us-east-1' }
    const have = await cloud.cloud.platform.scope('lambda', place).config.sandboxes.runtimes()
    const found = have.find(runtime => runtime.name.startsWith(prefix))
    if (!found) return t.skip('The host has no such runtime')
    const Code = { ZipFile: zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))) }
    await lambda.createFunction({
      FunctionName: prefix, Runtime: found.name as never, Handler, Role, Code, Timeout: 30, LoggingConfig: { LogFormat: 'JSON', ApplicationLogLevel: 'INFO' },
    })
    const { FunctionError, $metadata } = await lambda.invoke({ FunctionName: prefix })
    assert.equal(FunctionError, undefined)
    await cloud.settle()
    const { events } = await cloud.aws().logs.FilterLogEvents({ logGroupName: `/aws/lambda/${prefix}` })
    const lines = events!.map(event => JSON.parse(event.message!))
    const own = lines.filter(line => line.level)
    assert.deepEqual(own.map(line => line.level), ['INFO', 'ERROR'])
    assert.equal(own[0].message, 'hello you')
    assert.match(own[0].timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/)
    for (const line of own) assert.equal(line.requestId, $metadata.requestId)
    assert.deepEqual(lines.filter(line => line.type).map(line => line.type), ['platform.initStart', 'platform.start', 'platform.report'])
  })
}
