import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Lambda, LambdaClient, CheckpointDurableExecutionCommand, GetDurableExecutionStateCommand, type OperationUpdate } from '@aws-sdk/client-lambda'
import { durableWorld } from '../testing/durable-world.ts'

/** A function that plays `part` with the API itself, and the world it is in. */
async function world(part: (event: any, talk: Talk) => Promise<unknown>) {
  let client: LambdaClient
  const made = await durableWorld({ raw: { plain: async event => part(event, talkOf(event, client)) } })
  client = made.client
  open.push(made)
  await made.durable('raw')
  return made
}
type Talk = ReturnType<typeof talkOf>
const talkOf = ({ DurableExecutionArn }: any, client: LambdaClient) => ({
  checkpoint: (CheckpointToken: string, Updates: OperationUpdate[] = [], ClientToken?: string) =>
    client.send(new CheckpointDurableExecutionCommand({ DurableExecutionArn, CheckpointToken, Updates, ...ClientToken !== undefined && { ClientToken } })),
  state: (CheckpointToken: string, more: object = {}) => client.send(new GetDurableExecutionStateCommand({ DurableExecutionArn, CheckpointToken, ...more })),
})
const open: { stop: () => Promise<void> }[] = []
test.afterEach(async () => { for (const made of open.splice(0)) await made.stop() })

const stale = { name: 'InvalidParameterValueException', message: /^Invalid Checkpoint Token/ }
const step = (Id: string, Action: 'START' | 'SUCCEED', more: Partial<OperationUpdate> = {}): OperationUpdate => ({ Id, Type: 'STEP', Action, ...more })
const done = { Status: 'SUCCEEDED', Result: '"done"' }

test('CheckpointDurableExecution: a token is good once, and for its execution alone', async () => {
  const { begin, read, lambda } = await world(async (event, { checkpoint, state }) => {
    const { CheckpointToken: second, NewExecutionState } = await checkpoint(event.CheckpointToken, [step('a', 'START'), step('a', 'SUCCEED', { Payload: '1' })])
    const news = NewExecutionState!.Operations!.map(({ Id, Status, StepDetails }) => [Id, Status, StepDetails])
    assert.deepEqual(news, [['a', 'SUCCEEDED', { Attempt: 1, Result: '1' }]])
    await assert.rejects(checkpoint(event.CheckpointToken), stale)
    await assert.rejects(state(event.CheckpointToken), stale)
    assert.deepEqual((await checkpoint(second!)).NewExecutionState!.Operations, [])
    return done
  })
  const arn = await begin('raw')
  assert.deepEqual(await read(arn), { status: 'SUCCEEDED', result: 'done' })
  await assert.rejects(lambda.checkpointDurableExecution({ DurableExecutionArn: arn, CheckpointToken: 'bm9uZQ==' }), stale)
})

test('CheckpointDurableExecution: all updates are applied or none', async () => {
  const { begin, told } = await world(async (event, { checkpoint }) => {
    await assert.rejects(checkpoint(event.CheckpointToken, [step('a', 'START'), step('b', 'SUCCEED', { ParentId: 'nobody' })]), {
      name: 'InvalidParameterValueException', message: 'Invalid parent operation id.',
    })
    return done
  })
  assert.deepEqual(await told(await begin('raw')), ['ExecutionStarted', 'InvocationCompleted', 'ExecutionSucceeded'])
})

test('CheckpointDurableExecution: one that is sent again with its ClientToken is answered as before, and applied once', async () => {
  const { begin, told } = await world(async (event, { checkpoint }) => {
    const first = await checkpoint(event.CheckpointToken, [step('a', 'SUCCEED')], 'once')
    const again = await checkpoint(event.CheckpointToken, [step('a', 'SUCCEED')], 'once')
    assert.deepEqual([again.CheckpointToken, again.NewExecutionState], [first.CheckpointToken, first.NewExecutionState])
    await assert.rejects(checkpoint(event.CheckpointToken, [], 'other'), stale)
    return done
  })
  assert.equal((await told(await begin('raw'))).filter(type => type === 'StepSucceeded').length, 1)
})

test('CheckpointDurableExecution: the execution can end with a checkpoint, whatever the invocation answers', async () => {
  const { begin, read, told } = await world(async (event, { checkpoint }) => {
    const { CheckpointToken } = await checkpoint(event.CheckpointToken, [{ Id: 'end', Type: 'EXECUTION', Action: 'SUCCEED', Payload: '"early"' }])
    assert.equal(CheckpointToken, undefined)
    return { Status: 'FAILED' }
  })
  const arn = await begin('raw')
  assert.deepEqual(await read(arn), { status: 'SUCCEEDED', result: 'early' })
  assert.deepEqual(await told(arn), ['ExecutionStarted', 'ExecutionSucceeded', 'InvocationCompleted'])
})

test('CheckpointDurableExecution: what changes while the function runs is told, and one that suspends meanwhile runs again', async () => {
  const states: string[] = []
  const { begin, read, lambda } = await world(async (event, { checkpoint }) => {
    const known = event.InitialExecutionState.Operations.find((operation: any) => operation.Id === 'c')
    states.push(known?.Status ?? 'none')
    if (known) return done
    const { CheckpointToken, NewExecutionState } = await checkpoint(event.CheckpointToken, [{ Id: 'c', Type: 'CALLBACK', Action: 'START' }])
    const { CallbackId } = NewExecutionState!.Operations![0]!.CallbackDetails!
    await lambda.sendDurableExecutionCallbackSuccess({ CallbackId, Result: Buffer.from('yes') })
    const news = await checkpoint(CheckpointToken!)
    assert.deepEqual(news.NewExecutionState!.Operations!.map(({ Status, CallbackDetails }) => [Status, CallbackDetails!.Result]), [['SUCCEEDED', 'yes']])
    return { Status: 'PENDING' }
  })
  assert.deepEqual([await read(await begin('raw')), states], [{ status: 'SUCCEEDED', result: 'done' }, ['none', 'SUCCEEDED']])
})

test('GetDurableExecutionState: the execution first, then its operations in the order of their start, by pages', async () => {
  const { begin, read } = await world(async (event, { checkpoint, state }) => {
    const updates = Array.from({ length: 7 }, (_, index) => step(`s${index}`, 'SUCCEED', { Payload: String(index) }))
    const { CheckpointToken } = await checkpoint(event.CheckpointToken, updates)
    const pages: (string | undefined)[][] = []
    for (let Marker: string | undefined, more = true; more; more = Marker !== undefined) {
      const page = await state(CheckpointToken!, { MaxItems: 3, Marker })
      pages.push(page.Operations!.map(({ Id, Type }) => Type === 'EXECUTION' ? Type : Id))
      Marker = page.NextMarker
    }
    assert.deepEqual(pages, [['EXECUTION', 's0', 's1'], ['s2', 's3', 's4'], ['s5', 's6']])
    return done
  })
  assert.equal((await read(await begin('raw'))).status, 'SUCCEEDED')
})

test('an execution has 3,000 operations, with itself among them', async () => {
  const { begin, read } = await world(async (event, { checkpoint }) => {
    const steps = (from: number, count: number) => Array.from({ length: count }, (_, index) => step(`s${from + index}`, 'SUCCEED'))
    const { CheckpointToken } = await checkpoint(event.CheckpointToken, steps(0, 2999))
    await assert.rejects(checkpoint(CheckpointToken!, steps(2999, 1)), { name: 'InvalidParameterValueException', message: /at most 3000 operations/ })
    return done
  })
  assert.equal((await read(await begin('raw'))).status, 'SUCCEEDED')
})

test('permissions are asked on the execution: of one version, of its callbacks too', async () => {
  const { cloud, begin, history } = await world(async (event, { checkpoint }) => {
    await checkpoint(event.CheckpointToken, [{ Id: 'c', Type: 'CALLBACK', Action: 'START' }])
    return { Status: 'PENDING' }
  })
  const { iam } = cloud.aws()
  const DurableExecutionArn = await begin('raw')
  const allow = (Resource: string) => JSON.stringify({ Version: '2012-10-17', Statement: [{
    Effect: 'Allow', Action: ['lambda:GetDurableExecution', 'lambda:SendDurableExecutionCallbackSuccess', 'lambda:StopDurableExecution'], Resource,
  }] })
  await iam.CreateUser({ UserName: 'clerk' })
  const { AccessKey } = await iam.CreateAccessKey({ UserName: 'clerk' })
  const clerk = new Lambda({ ...cloud.client, credentials: { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! } })
  const CallbackId = (await history(DurableExecutionArn)).find(event => event.CallbackStartedDetails)!.CallbackStartedDetails!.CallbackId
  const functionArn = DurableExecutionArn.split(':1/')[0]!
  await iam.PutUserPolicy({ UserName: 'clerk', PolicyName: 'p', PolicyDocument: allow(functionArn) })
  await assert.rejects(clerk.getDurableExecution({ DurableExecutionArn }), { name: 'AccessDeniedException' })
  await assert.rejects(clerk.sendDurableExecutionCallbackSuccess({ CallbackId }), { name: 'AccessDeniedException' })
  await iam.PutUserPolicy({ UserName: 'clerk', PolicyName: 'p', PolicyDocument: allow(`${functionArn}:2/durable-execution/*`) })
  await assert.rejects(clerk.stopDurableExecution({ DurableExecutionArn }), { name: 'AccessDeniedException' })
  await iam.PutUserPolicy({ UserName: 'clerk', PolicyName: 'p', PolicyDocument: allow(`${functionArn}:1/durable-execution/*`) })
  assert.equal((await clerk.getDurableExecution({ DurableExecutionArn })).Status, 'RUNNING')
  await assert.rejects(clerk.getDurableExecutionHistory({ DurableExecutionArn }), { name: 'AccessDeniedException' })
  await clerk.sendDurableExecutionCallbackSuccess({ CallbackId })
  clerk.destroy()
})
