import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { zipSync } from 'fflate'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

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

const node = 'let calls = 0; exports.handler = async (_, context) => { console.info("hello"); return [context.tenantId, ++calls] }'
const python = 'import logging\ncalls = 0\ndef handler(event, context):\n  global calls\n  calls += 1\n  logging.getLogger().warning("hello")\n' +
  '  return [context.tenant_id, calls]\n'

for (const [prefix, Handler, files] of [['nodejs', 'index.handler', { 'index.js': node }], ['python', 'main.handler', { 'main.py': python }]] as const) {
  test(`${prefix}: the context and the function's JSON lines name the tenant, whose state no other sees`, async t => {
    const place = { account: '000000000000', region: 'us-east-1' }
    const have = await cloud.cloud.platform.scope('lambda', place).config.sandboxes.runtimes()
    const found = have.find(runtime => runtime.name.startsWith(prefix))
    if (!found) return t.skip('The host has no such runtime')
    const Code = { ZipFile: zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)]))) }
    await lambda.createFunction({
      FunctionName: prefix, Runtime: found.name as never, Handler, Role, Code, Timeout: 30, LoggingConfig: { LogFormat: 'JSON' },
      TenancyConfig: { TenantIsolationMode: 'PER_TENANT' },
    })
    const answers = []
    for (const TenantId of ['blue', 'green', 'blue']) {
      answers.push(JSON.parse(Buffer.from((await lambda.invoke({ FunctionName: prefix, TenantId })).Payload!).toString()))
    }
    assert.deepEqual(answers, [['blue', 1], ['green', 1], ['blue', 2]])
    await cloud.settle()
    const { events } = await cloud.aws().logs.FilterLogEvents({ logGroupName: `/aws/lambda/${prefix}` })
    const own = events!.map(event => JSON.parse(event.message!)).filter(line => line.level)
    assert.deepEqual(own.map(line => line.tenantId).sort(), ['blue', 'blue', 'green'])
  })
}
