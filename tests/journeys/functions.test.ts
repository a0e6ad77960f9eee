import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { Lambda } from '@aws-sdk/client-lambda'
import { strToU8, zipSync } from 'fflate'
import { longRunning, service } from '../../src/platform/service.ts'
import { lambda as lambdaService } from '../../src/services/lambda/service.ts'
import { logs } from '../../src/services/logs/service.ts'
import { startCloud, type TestCloud } from '../../src/testing/index.ts'

/** Hands out credentials for any role: what is tested here is the function. */
const sts = service<any, any>({
  name: 'sts', tables: {}, authorization: { AssumeRole: { resource: 'none' } } as any,
  operations: { AssumeRole: longRunning(async (scope: any) => ({
    Credentials: { AccessKeyId: 'ASIAX', SecretAccessKey: 's', SessionToken: 't', Expiration: new Date(scope.now() + 3_600_000) },
  })) } as any,
})

let cloud: TestCloud
let lambda: Lambda
const role = 'arn:aws:iam::000000000000:role/any'
before(async () => {
  cloud = await startCloud({ services: [lambdaService, logs, sts], sandboxDriver: 'process', verbose: process.env.VERBOSE === '1' })
  lambda = new Lambda(cloud.client)
})
after(async () => {
  lambda.destroy()
  await cloud.stop()
})

const zip = (files: Record<string, string>) => zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])))
const text = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString()

async function make(FunctionName: string, Runtime: string, Handler: string, files: Record<string, string>, more: object = {}) {
  return lambda.createFunction({ FunctionName, Runtime: Runtime as any, Handler, Role: role, Code: { ZipFile: zip(files) }, ...more })
}

test('Invoke: a Node function answers, and its log ends with a REPORT line', async () => {
  await make('node', 'nodejs24.x', 'index.handler', {
    'index.mjs': 'export const handler = async (event, context) => { console.log("hello", event.name); return { got: event, name: context.functionName } }',
  })
  const answer = await lambda.invoke({ FunctionName: 'node', Payload: Buffer.from('{"name":"Ann"}'), LogType: 'Tail' })
  assert.equal(answer.StatusCode, 200)
  assert.deepEqual(JSON.parse(text(answer.Payload)), { got: { name: 'Ann' }, name: 'node' })
  const tail = Buffer.from(answer.LogResult!, 'base64').toString()
  assert.match(tail, /START RequestId: [\w-]+ Version: \$LATEST\n/)
  assert.match(tail, /INFO\thello Ann\n/)
  assert.match(
    tail,
    /REPORT RequestId: [\w-]+\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: [\d.]+ ms/,
  )
  const used = Number(/Max Memory Used: (\d+) MB/.exec(tail)![1])
  assert.ok(used > 5 && used < 128, `${used} MB`)
})

test('Invoke: a Python function answers', async () => {
  await make('python', 'python3.11', 'app.handler', {
    'app.py': 'def handler(event, context):\n  print("hi")\n  return {"sum": event["a"] + event["b"], "arn": context.invoked_function_arn}\n',
  })
  const answer = await lambda.invoke({ FunctionName: 'python', Payload: Buffer.from('{"a":1,"b":2}') })
  assert.deepEqual(JSON.parse(text(answer.Payload)), { sum: 3, arn: 'arn:aws:lambda:us-east-1:000000000000:function:python' })
})

test('Invoke: an error of the function comes with its name, message and trace', async () => {
  await make('broken', 'nodejs24.x', 'index.handler', { 'index.mjs': 'export const handler = async () => { throw new TypeError("no") }' })
  const answer = await lambda.invoke({ FunctionName: 'broken' })
  assert.equal(answer.FunctionError, 'Unhandled')
  const { errorType, errorMessage, trace } = JSON.parse(text(answer.Payload))
  assert.deepEqual([errorType, errorMessage, trace[0]], ['TypeError', 'no', 'TypeError: no'])
})

test('Invoke: a function that takes too long is ended', async () => {
  await make(
    'slow', 'nodejs24.x', 'index.handler', { 'index.mjs': 'export const handler = () => new Promise(() => setInterval(() => {}, 1000))' },
    { Timeout: 1 },
  )
  const answer = await lambda.invoke({ FunctionName: 'slow' })
  assert.equal(answer.FunctionError, 'Unhandled')
  assert.match(text(answer.Payload), /Task timed out after 1\.00 seconds/)
})

test('Invoke: a missing function is ResourceNotFoundException', async () => {
  await assert.rejects(lambda.invoke({ FunctionName: 'none' }), { name: 'ResourceNotFoundException' })
})

test('aliases: an alias names a version, is invoked by its name, and moves', async () => {
  const files = (n: number) => ({ 'index.mjs': `export const handler = async () => ${n}` })
  await make('versioned', 'nodejs24.x', 'index.handler', files(1), { Publish: true })
  const alias = await lambda.createAlias({ FunctionName: 'versioned', Name: 'live', FunctionVersion: '1' })
  assert.equal(alias.AliasArn, 'arn:aws:lambda:us-east-1:000000000000:function:versioned:live')
  await lambda.updateFunctionCode({ FunctionName: 'versioned', ZipFile: zip(files(2)), Publish: true })
  const call = async () => text((await lambda.invoke({ FunctionName: 'versioned:live' })).Payload)
  assert.equal(await call(), '1')
  await lambda.updateAlias({ FunctionName: 'versioned', Name: 'live', FunctionVersion: '2' })
  assert.equal(await call(), '2')
  assert.deepEqual((await lambda.listAliases({ FunctionName: 'versioned' })).Aliases!.map(each => each.FunctionVersion), ['2'])
  await assert.rejects(lambda.createAlias({ FunctionName: 'versioned', Name: 'next', FunctionVersion: '9' }), { name: 'ResourceNotFoundException' })
  await lambda.deleteAlias({ FunctionName: 'versioned', Name: 'live' })
  await assert.rejects(lambda.getAlias({ FunctionName: 'versioned', Name: 'live' }), { name: 'ResourceNotFoundException' })
})

test('GetFunction: the code can be fetched from its address, and from no other', async () => {
  const { Code } = await lambda.getFunction({ FunctionName: 'versioned' })
  const answer = await fetch(Code!.Location!)
  assert.equal(Buffer.from(await answer.arrayBuffer()).subarray(0, 2).toString(), 'PK')
  assert.equal((await fetch(Code!.Location!.replace(/signature=./, 'signature=x'))).status, 403)
})

test('TagResource, ListTags and UntagResource', async () => {
  const Resource = 'arn:aws:lambda:us-east-1:000000000000:function:versioned'
  await lambda.tagResource({ Resource, Tags: { a: '1', b: '2' } })
  await lambda.untagResource({ Resource, TagKeys: ['a'] })
  assert.deepEqual((await lambda.listTags({ Resource })).Tags, { b: '2' })
})

test('PutFunctionConcurrency: 100 of the account stay unreserved, and 0 throttles', async () => {
  await assert.rejects(
    lambda.putFunctionConcurrency({ FunctionName: 'versioned', ReservedConcurrentExecutions: 950 }), { name: 'InvalidParameterValueException' },
  )
  await lambda.putFunctionConcurrency({ FunctionName: 'versioned', ReservedConcurrentExecutions: 0 })
  await assert.rejects(lambda.invoke({ FunctionName: 'versioned' }), { name: 'TooManyRequestsException' })
  await lambda.deleteFunctionConcurrency({ FunctionName: 'versioned' })
  assert.equal((await lambda.invoke({ FunctionName: 'versioned' })).StatusCode, 200)
})
