import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import type { Sandboxes } from '../../../contracts/sandbox.ts'
import { scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { Lambda } from '@aws-sdk/client-lambda'
import { IAM } from '@aws-sdk/client-iam'
import { startCloud } from '../../../testing/index.ts'
import { zip } from '../testing/world.ts'

let version = '1.0.0'
const scripted = scriptedSandboxes({ script: () => 'ran' })
const sandboxes: Sandboxes = { ...scripted, runtimes: async () => (await scripted.runtimes()).map(runtime => ({ ...runtime, version })) }

test('PutRuntimeManagementConfig: a function that is set to a version of its runtime runs on no other; Get shows what is set', async () => {
  const cloud = await startCloud({ sandboxes })
  const [lambda, iam, logs] = [new Lambda(cloud.client), new IAM(cloud.client), new CloudWatchLogs(cloud.client)]
  after(async () => {
    for (const client of [lambda, iam, logs]) client.destroy()
    await cloud.stop()
  })
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) })
  await lambda.createFunction({
    FunctionName: 'f', Runtime: 'nodejs22.x', Handler: 'index.handler', Role: Role!.Arn, Code: { ZipFile: zip('x') }, Publish: true
  })
  await lambda.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' })
  const shown = async (Qualifier?: string) => {
    const { $metadata: _, ...config } = await lambda.getRuntimeManagementConfig({ FunctionName: 'f', Qualifier })
    return config
  }
  const FunctionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f'
  assert.deepEqual(await shown(), { UpdateRuntimeOn: 'Auto', FunctionArn })
  await lambda.invoke({ FunctionName: 'f' })
  await cloud.settle()
  const { events } = await logs.filterLogEvents({ logGroupName: '/aws/lambda/f', filterPattern: 'INIT_START' })
  const RuntimeVersionArn = /Runtime Version ARN: (arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64})/.exec(events![0]!.message!)![1]!
  const put = (UpdateRuntimeOn: 'Auto' | 'FunctionUpdate' | 'Manual', more: object = {}) =>
    lambda.putRuntimeManagementConfig({ FunctionName: 'f', UpdateRuntimeOn, ...more })
  for (const [mode, more] of [['Manual', {}], ['Auto', { RuntimeVersionArn }], ['Auto', { Qualifier: 'live' }],
    ['Manual', { RuntimeVersionArn: RuntimeVersionArn.replace(/.$/, 'x') }]] as const) {
    await assert.rejects(put(mode, more), { name: 'InvalidParameterValueException' })
  }
  await put('Manual', { RuntimeVersionArn, Qualifier: '1' })
  assert.deepEqual(await shown('1'), { UpdateRuntimeOn: 'Manual', FunctionArn: `${FunctionArn}:1`, RuntimeVersionArn })
  assert.deepEqual(await shown(), { UpdateRuntimeOn: 'Auto', FunctionArn })
  assert.equal((await lambda.invoke({ FunctionName: 'f', Qualifier: '1' })).StatusCode, 200)
  await put('FunctionUpdate')
  assert.equal((await shown()).UpdateRuntimeOn, 'FunctionUpdate')
  // The host has another Node from here on, and starts anew.
  version = '2.0.0'
  await lambda.updateFunctionConfiguration({ FunctionName: 'f', Description: 'new' })
  assert.equal((await lambda.invoke({ FunctionName: 'f' })).StatusCode, 200)
  await assert.rejects(lambda.invoke({ FunctionName: 'f', Qualifier: '1' }), { name: 'InvalidRuntimeException' })
  await put('Auto', { Qualifier: '1' })
  assert.equal((await lambda.invoke({ FunctionName: 'f', Qualifier: '1' })).StatusCode, 200)
})
