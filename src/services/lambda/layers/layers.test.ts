import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { after, before, test } from 'node:test'
import { zipSync } from 'fflate'
import { IAM } from '@aws-sdk/client-iam'
import { Lambda } from '@aws-sdk/client-lambda'
import { scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

let cloud: TestCloud
let lambda: Lambda
let other: Lambda
let Role: string
before(async () => {
  cloud = await startCloud({
    sandboxes: scriptedSandboxes({ script: async ({ spec }) => spec.layersFolder ? (await readdir(spec.layersFolder)).toSorted() : null }),
  })
  lambda = new Lambda(cloud.client)
  other = new Lambda({ ...cloud.client, credentials: { accessKeyId: '111111111111', secretAccessKey: 'x' } })
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
  for (const credentials of [cloud.client.credentials, { accessKeyId: '111111111111', secretAccessKey: 'x' }]) {
    const iam = new IAM({ ...cloud.client, credentials })
    const made = await iam.createRole({ RoleName: 'role', AssumeRolePolicyDocument: JSON.stringify(trust) })
    if (credentials === cloud.client.credentials) Role = made.Role!.Arn!
    iam.destroy()
  }
})
after(async () => {
  lambda.destroy()
  other.destroy()
  await cloud.stop()
})

const zip = (...names: string[]) => zipSync(Object.fromEntries(names.map(name => [name, Buffer.from(name)])))
const publish = (LayerName: string, ...names: string[]) => lambda.publishLayerVersion({
  LayerName, Content: { ZipFile: zip(...names) }, CompatibleRuntimes: ['nodejs22.x'],
})
const create = (client: Lambda, FunctionName: string, Layers: string[], role = Role) =>
  client.createFunction({ FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler', Role: role, Layers, Code: { ZipFile: zip('index.js') } })
const seen = async (FunctionName: string) => JSON.parse(Buffer.from((await lambda.invoke({ FunctionName })).Payload!).toString())

test('PublishLayerVersion: versions count up, are listed newest first, and a deleted number does not come again', async () => {
  assert.equal((await publish('counted', 'a')).LayerVersionArn, 'arn:aws:lambda:us-east-1:000000000000:layer:counted:1')
  await publish('counted', 'b')
  await lambda.deleteLayerVersion({ LayerName: 'counted', VersionNumber: 2 })
  assert.equal((await publish('counted', 'c')).Version, 3)
  assert.deepEqual((await lambda.listLayerVersions({ LayerName: 'counted' })).LayerVersions!.map(version => version.Version), [3, 1])
  const { Layers } = await lambda.listLayers({ CompatibleRuntime: 'nodejs22.x' })
  assert.equal(Layers!.find(layer => layer.LayerName === 'counted')!.LatestMatchingVersion!.Version, 3)
  assert.deepEqual((await lambda.listLayers({ CompatibleRuntime: 'python3.12' })).Layers, [])
  await assert.rejects(lambda.getLayerVersion({ LayerName: 'counted', VersionNumber: 2 }), { name: 'ResourceNotFoundException' })
})

test('GetLayerVersion: its URL leads to the zip; by ARN it is the same', async () => {
  const { LayerVersionArn } = await publish('fetched', 'file')
  const { Content } = await lambda.getLayerVersionByArn({ Arn: LayerVersionArn })
  const response = await fetch(Content!.Location!)
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from(zip('file')))
  assert.equal((await lambda.getLayerVersion({ LayerName: 'fetched', VersionNumber: 1 })).Content!.CodeSha256, Content!.CodeSha256)
})

test('a function sees its layers merged at /opt, also after one was deleted; nobody new can take that one', async () => {
  const arns = [(await publish('one', 'a', 'same')).LayerVersionArn!, (await publish('two', 'b', 'same')).LayerVersionArn!]
  await create(lambda, 'layered', arns)
  assert.deepEqual(await seen('layered'), ['a', 'b', 'same'])
  await lambda.deleteLayerVersion({ LayerName: 'one', VersionNumber: 1 })
  await lambda.updateFunctionConfiguration({ FunctionName: 'layered', Description: 'a new environment' })
  assert.deepEqual(await seen('layered'), ['a', 'b', 'same'])
  await assert.rejects(create(lambda, 'late', [arns[0]!]), { name: 'InvalidParameterValueException', message: /does not exist/ })
  await assert.rejects(create(lambda, 'many', Array.from({ length: 6 }, () => arns[1]!)), { name: 'InvalidParameterValueException' })
})

test('AddLayerVersionPermission: another account may take a version only when the policy of the layer says so', async () => {
  const { LayerVersionArn } = await publish('shared', 's')
  const theirRole = 'arn:aws:iam::111111111111:role/role'
  await assert.rejects(create(other, 'borrower', [LayerVersionArn!], theirRole), { name: 'AccessDeniedException' })
  const name = { LayerName: 'shared', VersionNumber: 1 }
  await lambda.addLayerVersionPermission({ ...name, StatementId: 'all', Action: 'lambda:GetLayerVersion', Principal: '111111111111' })
  await create(other, 'borrower', [LayerVersionArn!], theirRole)
  const { Policy } = await lambda.getLayerVersionPolicy(name)
  assert.equal(JSON.parse(Policy!).Statement[0].Principal.AWS, 'arn:aws:iam::111111111111:root')
  await lambda.removeLayerVersionPermission({ ...name, StatementId: 'all' })
  await assert.rejects(lambda.getLayerVersionPolicy(name), { name: 'ResourceNotFoundException' })
})
