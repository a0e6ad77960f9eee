import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { after, test } from 'node:test'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { zipSync } from 'fflate'
import type { FunctionSpec } from '../../../contracts/sandbox.ts'
import { probeIsolation } from '../../../sandbox/host.ts'
import { startCloud } from '../../../testing/index.ts'
import { lambdaWorld } from '../testing/world.ts'

const closing: (() => Promise<void>)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
})

const VpcConfig = { SubnetIds: ['subnet-0a1b'], SecurityGroupIds: ['sg-0a1b'] }
const Arn = 'arn:aws:elasticfilesystem:us-east-1:000000000000:access-point/fsap-0123456789abcdef0'
const FileSystemConfigs = [{ Arn, LocalMountPath: '/mnt/data' }]
const name = 'InvalidParameterValueException'
const network = ['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DeleteNetworkInterface']

async function world(actions = network) {
  const specs: FunctionSpec[] = []
  const made = await lambdaWorld({ script: ({ spec }) => void specs.push(spec) })
  closing.push(made.stop)
  const iam = new IAM(made.cloud.client)
  const allow = (Action: string[]) => iam.putRolePolicy({
    RoleName: 'role', PolicyName: 'p', PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }),
  })
  closing.push(async () => iam.destroy())
  if (actions.length > 0) await allow(actions)
  return { ...made, allow, specs }
}

test('VpcConfig is kept and shown; such a function reaches Fogbank alone, and its log says so', async () => {
  const { cloud, lambda, create, specs } = await world()
  await create('f', { VpcConfig })
  const shown = await lambda.getFunctionConfiguration({ FunctionName: 'f' })
  assert.deepEqual(shown.VpcConfig, { ...VpcConfig, VpcId: '', Ipv6AllowedForDualStack: false })
  await lambda.invoke({ FunctionName: 'f' })
  await cloud.settle()
  assert.equal(specs[0]!.network, 'none')
  const logs = new CloudWatchLogs(cloud.client)
  closing.push(async () => logs.destroy())
  const { events } = await logs.filterLogEvents({ logGroupName: '/aws/lambda/f' })
  assert.ok(events!.some(({ message }) => message!.startsWith('VPC: there are no networks in this cloud yet')))
  await lambda.updateFunctionConfiguration({ FunctionName: 'f', VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } })
  assert.equal((await lambda.getFunctionConfiguration({ FunctionName: 'f' })).VpcConfig, undefined)
  await lambda.invoke({ FunctionName: 'f' })
  assert.equal(specs[1]!.network, 'internet')
})

test('VpcConfig: what AWS refuses of it is refused, the rights of the role among it', async () => {
  const { create, allow } = await world([])
  const message = /^The provided execution role does not have permissions to call CreateNetworkInterface on EC2$/
  await assert.rejects(create('f', { VpcConfig }), { name, message })
  await allow(network.slice(0, 2))
  await assert.rejects(create('f', { VpcConfig }), { name, message: /call DeleteNetworkInterface on EC2/ })
  await allow(network)
  await assert.rejects(create('f', { VpcConfig: { SubnetIds: ['subnet-1'] } }), { name, message: /must coexist/ })
  await assert.rejects(create('f', { VpcConfig: { ...VpcConfig, SubnetIds: ['net-1'] } }), /pattern/)
  await assert.rejects(create('f', { VpcConfig: { ...VpcConfig, SubnetIds: Array.from({ length: 17 }, (_, n) => `subnet-${n}`) } }), /16/)
  await create('f', { VpcConfig })
})

test('FileSystemConfigs: a VPC and an access point of the account are demanded; the folder is the same for every function', async () => {
  const { lambda, create, specs } = await world()
  await assert.rejects(create('f', { FileSystemConfigs }), { name, message: /must be connected to a VPC/ })
  const other = [{ Arn: Arn.replace('000000000000', '111111111111'), LocalMountPath: '/mnt/data' }]
  await assert.rejects(create('f', { VpcConfig, FileSystemConfigs: other }), { name, message: /not in the account and region/ })
  await assert.rejects(create('f', { VpcConfig, FileSystemConfigs: [{ Arn, LocalMountPath: '/mnt/..' }] }), { name, message: /local mount path/ })
  await assert.rejects(create('f', { VpcConfig, FileSystemConfigs: [{ Arn: 'arn:x', LocalMountPath: '/data' }] }), /pattern/)
  await create('f', { VpcConfig, FileSystemConfigs })
  await create('g', { VpcConfig, FileSystemConfigs: [{ Arn, LocalMountPath: '/mnt/other' }] })
  for (const FunctionName of ['f', 'g']) await lambda.invoke({ FunctionName })
  assert.deepEqual(specs.map(spec => spec.fileSystem!.at), ['/mnt/data', '/mnt/other'])
  assert.equal(specs[0]!.fileSystem!.folder, specs[1]!.fileSystem!.folder)
  assert.deepEqual((await lambda.getFunctionConfiguration({ FunctionName: 'f' })).FileSystemConfigs, FileSystemConfigs)
  const noVpc = { FunctionName: 'f', VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } }
  await assert.rejects(lambda.updateFunctionConfiguration(noVpc), { name, message: /must be connected to a VPC/ })
  await lambda.updateFunctionConfiguration({ ...noVpc, FileSystemConfigs: [] })
  assert.equal((await lambda.getFunctionConfiguration({ FunctionName: 'f' })).FileSystemConfigs, undefined)
})

const isolation = await probeIsolation()
const skip = isolation.works ? false : isolation.why
test('functions read what others wrote to their file system, also in another runtime of another start', { skip }, async t => {
  const cloud = await startCloud({ sandboxDriver: 'isolated' })
  const lambda = new Lambda(cloud.client)
  const iam = new IAM(cloud.client)
  closing.push(async () => {
    lambda.destroy()
    iam.destroy()
    await cloud.stop()
  })
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  const { Role } = await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) })
  await iam.attachRolePolicy({ RoleName: 'role', PolicyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole' })
  await cloud.cloud.platform.load('lambda')
  const { sandboxes, dataFolder } = cloud.cloud.platform.scope('lambda', { account: '000000000000', region: 'us-east-1' }).config
  const have = (await sandboxes.runtimes()).find(runtime => runtime.name.startsWith('nodejs'))
  if (!have) return t.skip('The host has no Node.js runtime')
  const code = `const fs = require('node:fs')
    exports.handler = async ({ write }) => { if (write) fs.writeFileSync('/mnt/data/x', write); return fs.readFileSync('/mnt/data/x', 'utf8') }`
  for (const FunctionName of ['writer', 'reader']) {
    await lambda.createFunction({
      FunctionName, Runtime: have.name as never, Handler: 'index.handler', Role: Role!.Arn, VpcConfig, FileSystemConfigs,
      Code: { ZipFile: zipSync({ 'index.js': Buffer.from(code) }) }, Timeout: 10,
    })
  }
  await lambda.invoke({ FunctionName: 'writer', Payload: '{"write":"hello"}' })
  const { Payload, FunctionError } = await lambda.invoke({ FunctionName: 'reader' })
  assert.deepEqual([FunctionError, Buffer.from(Payload!).toString()], [undefined, '"hello"'])
  assert.ok(existsSync(`${dataFolder}/efs/000000000000/us-east-1/fsap-0123456789abcdef0/x`))
})
