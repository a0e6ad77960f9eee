import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { zipSync } from 'fflate'
import { checkUnzipped } from './validate.ts'
import { codeStorage } from '../code/storage.ts'
import { lambdaWorld, zip } from '../testing/world.ts'

let world: Awaited<ReturnType<typeof lambdaWorld>>
before(async () => {
  world = await lambdaWorld({ script: ({ event }) => event.answerBytes ? 'x'.repeat(event.answerBytes - 2) : 'fine' })
  await world.create('f')
  await world.lambda.createAlias({ FunctionName: 'f', Name: 'live', FunctionVersion: '1' })
})
after(() => world.stop())

const outside = (value: number, name: string, bound: string) =>
  ({
    name: 'ValidationException',
    message: `1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value ${bound}`,
  })

test('memory, timeout and /tmp have AWS\'s bounds, which are within them', async () => {
  const { create } = world
  await assert.rejects(create('g', { MemorySize: 127 }), outside(127, 'memorySize', 'greater than or equal to 128'))
  await assert.rejects(create('g', { MemorySize: 10_241 }), outside(10_241, 'memorySize', 'less than or equal to 10240'))
  await assert.rejects(create('g', { Timeout: 0 }), outside(0, 'timeout', 'greater than or equal to 1'))
  await assert.rejects(create('g', { Timeout: 901 }), outside(901, 'timeout', 'less than or equal to 900'))
  await assert.rejects(create('g', { EphemeralStorage: { Size: 511 } }), outside(511, 'ephemeralStorage.size', 'greater than or equal to 512'))
  await assert.rejects(create('g', { EphemeralStorage: { Size: 10_241 } }), outside(10_241, 'ephemeralStorage.size', 'less than or equal to 10240'))
  const { MemorySize, Timeout, EphemeralStorage } = await create('largest', { MemorySize: 10_240, Timeout: 900, EphemeralStorage: { Size: 10_240 } })
  assert.deepEqual([MemorySize, Timeout, EphemeralStorage!.Size], [10_240, 900, 10_240])
})

test('an environment has 4 KB, measured as JSON', async () => {
  const withBytes = (bytes: number) => ({ Environment: { Variables: { A: 'x'.repeat(bytes - '{"A":""}'.length) } } })
  await world.create('room', withBytes(4096))
  await assert.rejects(world.create('full', withBytes(4097)), {
    name: 'InvalidParameterValueException', message: /because the environment variables you have provided exceeded the 4KB limit. String measured: {"A":"xxx/,
  })
})

const ofBytes = (bytes: number) => Buffer.from(JSON.stringify('x'.repeat(bytes - 2)))

test('a synchronous request has 6 MB, an asynchronous one 1 MB', async () => {
  const invoke = (
    InvocationType: 'RequestResponse' | 'Event', bytes: number
  ) => world.lambda.invoke({ FunctionName: 'f', InvocationType, Payload: ofBytes(bytes) })
  assert.equal((await invoke('RequestResponse', 6_291_456)).StatusCode, 200)
  assert.equal((await invoke('Event', 1_048_576)).StatusCode, 202)
  await assert.rejects(invoke('RequestResponse', 6_291_457), {
    name: 'RequestEntityTooLargeException', message: 'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
  })
  await assert.rejects(invoke('Event', 1_048_577), {
    name: 'RequestEntityTooLargeException', message: '1048577 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
  })
})

test('a response has 6 MB and 100 bytes', async () => {
  const invoke = (answerBytes: number) => world.lambda.invoke({ FunctionName: 'f', Payload: JSON.stringify({ answerBytes }) })
  const fits = await invoke(6_291_556)
  assert.deepEqual([fits.FunctionError, fits.Payload!.byteLength], [undefined, 6_291_556])
  const { FunctionError, Payload } = await invoke(6_291_557)
  assert.equal(FunctionError, 'Unhandled')
  assert.deepEqual(JSON.parse(Buffer.from(Payload!).toString()), {
    errorType: 'Function.ResponseSizeTooLarge', errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
  })
})

test('a zip has 50 MB, and 250 MB unzipped', async () => {
  const large = { name: 'RequestEntityTooLargeException', message: 'Request must be smaller than 69905067 bytes for the CreateFunction operation' }
  await assert.rejects(world.create('g', { Code: { ZipFile: Buffer.alloc(50 * 1024 * 1024 + 1) } }), large)
  const bomb = zipSync({ 'index.js': Buffer.alloc(131_072_000), 'other.js': Buffer.alloc(131_072_000) })
  assert.ok(bomb.byteLength < 1024 * 1024)
  await assert.rejects(world.create('g', { Code: { ZipFile: bomb } }), {
    name: 'InvalidParameterValueException', message: 'Unzipped size must be smaller than 262144000 bytes',
  })
})

test('code and layers together have 250 MB unzipped', async () => {
  const layer = zipSync({ 'large.bin': Buffer.alloc(200_000_000) })
  const { LayerVersionArn } = await world.lambda.publishLayerVersion({ LayerName: 'large', Content: { ZipFile: layer } })
  const row = { layers: [LayerVersionArn!], unzippedBytes: 62_144_000 }
  const scope = world.cloud.cloud.platform.scope('lambda', { account: '000000000000', region: 'us-east-1' })
  await checkUnzipped(scope, row)
  await assert.rejects(checkUnzipped(scope, { ...row, unzippedBytes: 62_144_001 }), {
    message: 'Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144001 bytes.',
  })
  const code = zipSync({ 'index.js': Buffer.alloc(62_144_001) })
  await assert.rejects(world.create('g', { Layers: [LayerVersionArn], Code: { ZipFile: code } }), /The actual size is 262144001 bytes/)
  await world.create('g', { Layers: [LayerVersionArn] })
  await assert.rejects(world.lambda.updateFunctionCode({ FunctionName: 'g', ZipFile: code }), /The actual size is 262144001 bytes/)
})

test('the account\'s code has 75 GB: versions and layers, and what was deleted makes room', async () => {
  const rows = [{ codeSizeBytes: 80_000_000_000 }]
  const none = { async * each() {} }
  const scope = { account: '1', region: 'r', tables: { versions: { async * each() { yield* rows } }, layers: none } } as never
  const storage = codeStorage()
  await storage.add(scope, 530_636_800)
  await assert.rejects(storage.add(scope, 530_636_801), { name: 'CodeStorageExceededException', message: 'Code storage limit exceeded.', status: 400 })
  rows.length = 0
  await storage.add(scope, 80_530_636_800)
})

test('GetAccountSettings: the limits, and what is used of them', async () => {
  const before = (await world.lambda.getAccountSettings({})).AccountUsage!
  await world.create('counted', { Publish: false })
  const { AccountLimit, AccountUsage } = await world.lambda.getAccountSettings({})
  assert.deepEqual(AccountLimit, {
    TotalCodeSize: 80_530_636_800, CodeSizeUnzipped: 262_144_000, CodeSizeZipped: 52_428_800, ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000,
  })
  assert.deepEqual(AccountUsage, {
    FunctionCount: before.FunctionCount! + 1, TotalCodeSize: before.TotalCodeSize! + zip('counted').byteLength,
  })
})

test('every operation on a function takes its name, its partial and its full ARN', async () => {
  const { lambda } = world
  const operations: Record<string, (FunctionName: string) => Promise<unknown>> = {
    addPermission: FunctionName => lambda.addPermission({ FunctionName, StatementId: 's', Action: 'lambda:InvokeFunction', Principal: '111122223333' }),
    getPolicy: FunctionName => lambda.getPolicy({ FunctionName }),
    removePermission: FunctionName => lambda.removePermission({ FunctionName, StatementId: 's' }),
    getFunction: FunctionName => lambda.getFunction({ FunctionName }),
    getFunctionConfiguration: FunctionName => lambda.getFunctionConfiguration({ FunctionName }),
    updateFunctionConfiguration: FunctionName => lambda.updateFunctionConfiguration({ FunctionName, Description: 'd' }),
    updateFunctionCode: FunctionName => lambda.updateFunctionCode({ FunctionName, ZipFile: zip('y') }),
    publishVersion: FunctionName => lambda.publishVersion({ FunctionName }),
    listVersionsByFunction: FunctionName => lambda.listVersionsByFunction({ FunctionName }),
    createAlias: FunctionName => lambda.createAlias({ FunctionName, Name: 'a', FunctionVersion: '1' }),
    getAlias: FunctionName => lambda.getAlias({ FunctionName, Name: 'a' }),
    updateAlias: FunctionName => lambda.updateAlias({ FunctionName, Name: 'a', Description: 'd' }),
    listAliases: FunctionName => lambda.listAliases({ FunctionName }),
    putProvisioned: FunctionName => lambda.putProvisionedConcurrencyConfig({ FunctionName, Qualifier: 'a', ProvisionedConcurrentExecutions: 1 }),
    getProvisioned: FunctionName => lambda.getProvisionedConcurrencyConfig({ FunctionName, Qualifier: 'a' }),
    listProvisioned: FunctionName => lambda.listProvisionedConcurrencyConfigs({ FunctionName }),
    deleteProvisioned: FunctionName => lambda.deleteProvisionedConcurrencyConfig({ FunctionName, Qualifier: 'a' }),
    deleteAlias: FunctionName => lambda.deleteAlias({ FunctionName, Name: 'a' }),
    putConcurrency: FunctionName => lambda.putFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: 5 }),
    getConcurrency: FunctionName => lambda.getFunctionConcurrency({ FunctionName }),
    deleteConcurrency: FunctionName => lambda.deleteFunctionConcurrency({ FunctionName }),
    putInvokeConfig: FunctionName => lambda.putFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 1 }),
    updateInvokeConfig: FunctionName => lambda.updateFunctionEventInvokeConfig({ FunctionName, MaximumRetryAttempts: 0 }),
    getInvokeConfig: FunctionName => lambda.getFunctionEventInvokeConfig({ FunctionName }),
    listInvokeConfigs: FunctionName => lambda.listFunctionEventInvokeConfigs({ FunctionName }),
    deleteInvokeConfig: FunctionName => lambda.deleteFunctionEventInvokeConfig({ FunctionName }),
    invoke: FunctionName => lambda.invoke({ FunctionName }),
  }
  for (const form of ['f', 'function:f', '000000000000:f', '000000000000:function:f', 'arn:aws:lambda:us-east-1:000000000000:function:f']) {
    for (const [name, call] of Object.entries(operations)) await call(form).catch(error => assert.fail(`${name} of ${form}: ${error.message}`))
  }
})

test('a qualifier may stand in the name, and must agree with the one beside it', async () => {
  const { lambda } = world
  const arn = 'arn:aws:lambda:us-east-1:000000000000:function:f'
  for (const name of ['f:live', '000000000000:function:f:live', `${arn}:live`]) {
    assert.equal((await lambda.invoke({ FunctionName: name })).ExecutedVersion, '1', name)
    assert.equal((await lambda.getFunction({ FunctionName: name, Qualifier: 'live' })).Configuration!.Version, '1', name)
  }
  assert.equal((await lambda.invoke({ FunctionName: `${arn}:$LATEST` })).ExecutedVersion, '$LATEST')
  await assert.rejects(lambda.invoke({ FunctionName: 'f:live', Qualifier: '1' }), {
    name: 'InvalidParameterValueException', message: 'The derived qualifier from the function name does not match the specified qualifier.',
  })
  await assert.rejects(
    lambda.getFunction({ FunctionName: 'arn:aws:lambda:us-east-1:999999999999:function:f' }), { name: /ResourceNotFoundException|AccessDenied/ }
  )
})

test('what does not act here is refused by name, with the way out', async () => {
  const { lambda, create } = world
  const image = { name: 'InvalidParameterValueException', message: 'Container images are not supported by this cloud yet. Deploy the function as a zip file.' }
  const Role = 'arn:aws:iam::000000000000:role/r'
  const ImageUri = '000000000000.dkr.ecr.us-east-1.amazonaws.com/app:1'
  await assert.rejects(lambda.createFunction({ FunctionName: 'image', Role, PackageType: 'Image', Code: { ImageUri } }), image)
  await assert.rejects(lambda.createFunction({ FunctionName: 'image', Role, Code: { ImageUri } }), image)
  await assert.rejects(lambda.updateFunctionCode({ FunctionName: 'f', ImageUri }), image)
  const SourceKMSKeyArn = 'arn:aws:kms:us-east-1:000000000000:key/00000000-0000-0000-0000-000000000001'
  const sealed = { name: 'InvalidParameterValueException', message: 'SourceKMSKeyArn is not supported by this cloud yet.' }
  const ZipFile = zip('')
  await assert.rejects(create('sealed', { Code: { ZipFile, SourceKMSKeyArn } }), sealed)
  await assert.rejects(lambda.updateFunctionCode({ FunctionName: 'f', ZipFile, SourceKMSKeyArn }), sealed)
  await assert.rejects(create('net', { Runtime: 'dotnet8' }), { name: 'InvalidParameterValueException', message: /^The runtime dotnet8 .* provided\.al2023/ })
})
