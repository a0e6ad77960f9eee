import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2, type Lambda } from '@aws-sdk/client-lambda'
import { lambdaWorld, zip } from '../testing/world.ts'

let lambda: Lambda
let create: Awaited<ReturnType<typeof lambdaWorld>>['create']
let stop: () => Promise<void>
before(async () => { ({ lambda, create, stop } = await lambdaWorld()) })
after(() => stop())

test('a function is answered Pending and its updates InProgress, as AWS does; the waiters find both over, and it runs at once', async () => {
  const made = await create('f')
  assert.deepEqual([made.State, made.StateReasonCode, made.LastUpdateStatus], ['Pending', 'Creating', undefined])
  assert.equal((await lambda.invoke({ FunctionName: 'f' })).FunctionError, undefined)
  const waiter = { client: lambda, maxWaitTime: 5 }
  assert.equal((await waitUntilFunctionActiveV2(waiter, { FunctionName: 'f' })).state, 'SUCCESS')
  const code = await lambda.updateFunctionCode({ FunctionName: 'f', ZipFile: zip('other') })
  assert.deepEqual([code.State, code.LastUpdateStatus, code.LastUpdateStatusReasonCode], ['Active', 'InProgress', 'Creating'])
  assert.equal((await waitUntilFunctionUpdatedV2(waiter, { FunctionName: 'f' })).state, 'SUCCESS')
  assert.equal((await lambda.updateFunctionConfiguration({ FunctionName: 'f', Timeout: 5 })).LastUpdateStatus, 'InProgress')
})

test('GetFunction shows the version of the runtime and the state; lists show neither', async () => {
  await create('g')
  const { Configuration } = await lambda.getFunction({ FunctionName: 'g' })
  const { RuntimeVersionConfig } = await lambda.getFunctionConfiguration({ FunctionName: 'g' })
  assert.match(RuntimeVersionConfig!.RuntimeVersionArn!, /^arn:aws:lambda:us-east-1::runtime:[0-9a-f]{64}$/)
  assert.deepEqual([Configuration!.RuntimeVersionConfig, Configuration!.State, Configuration!.LastUpdateStatus], [RuntimeVersionConfig, 'Active', 'Successful'])
  const listed = (await lambda.listFunctions({})).Functions!.find(each => each.FunctionName === 'g')!
  assert.deepEqual([listed.State, listed.LastUpdateStatus, listed.RuntimeVersionConfig], [undefined, undefined, undefined])
})
