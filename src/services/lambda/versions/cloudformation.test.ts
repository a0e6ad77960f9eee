import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

let cloud: TestCloud
let number = 0
let StackName = ''
let broken = false
before(async () => {
  cloud = await startCloud({
    sandboxes: scriptedSandboxes({
      init: () => { if (broken) throw new Error('no') },
      script: ({ spec }) => spec.environment.AWS_LAMBDA_INITIALIZATION_TYPE,
    }),
  })
})
after(() => cloud.stop())
beforeEach(() => {
  StackName = `stack-${++number}`
  broken = false
})

const functionOf = (properties: object) => ({ Transform: 'AWS::Serverless-2016-10-31', Resources: { F: {
  Type: 'AWS::Serverless::Function',
  Properties: { FunctionName: StackName, Runtime: 'nodejs22.x', Handler: 'index.handler', InlineCode: 'exports.handler = async () => 1', ...properties },
} } })
const provisioned = (ProvisionedConcurrentExecutions: number | string) =>
  ({ AutoPublishAlias: 'live', ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions } })

/** Creates the stack, or updates it, and lets the time pass that it takes. */
async function deploy(template: object, operation: 'CreateStack' | 'UpdateStack' = 'CreateStack'): Promise<string> {
  const { cloudformation } = cloud.aws()
  await cloudformation[operation]({ StackName, TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_AUTO_EXPAND', 'CAPABILITY_IAM'] })
  for (let n = 0; n < 50; n++) {
    await cloud.clock.advance(1000)
    const status = (await cloudformation.DescribeStacks({ StackName })).Stacks![0]!.StackStatus!
    if (!status.endsWith('IN_PROGRESS')) return status
  }
  return 'not yet'
}

const config = () => cloud.aws().lambda.GetProvisionedConcurrencyConfig({ FunctionName: StackName, Qualifier: 'live' })

test('a SAM function with an alias has its provisioned concurrency when the stack is complete, changed in place, and gone with the property', async () => {
  assert.equal(await deploy(functionOf(provisioned('2'))), 'CREATE_COMPLETE')
  assert.deepEqual([(await config()).Status, (await config()).AllocatedProvisionedConcurrentExecutions], ['READY', 2])
  const called = await cloud.aws().lambda.Invoke({ FunctionName: StackName, Qualifier: 'live' })
  assert.equal(Buffer.from(called.Payload!).toString(), '"provisioned-concurrency"')
  assert.equal(await deploy(functionOf(provisioned(3)), 'UpdateStack'), 'UPDATE_COMPLETE')
  assert.equal((await config()).AllocatedProvisionedConcurrentExecutions, 3)
  assert.equal(await deploy(functionOf({ AutoPublishAlias: 'live' }), 'UpdateStack'), 'UPDATE_COMPLETE')
  await assert.rejects(config(), { name: 'ProvisionedConcurrencyConfigNotFoundException' })
})

test('where init fails the stack fails with AWS\'s words, and nothing of it stays', async () => {
  broken = true
  assert.equal(await deploy(functionOf(provisioned(1))), 'ROLLBACK_COMPLETE')
  const { StackEvents } = await cloud.aws().cloudformation.DescribeStackEvents({ StackName })
  const reasons = StackEvents!.map(event => event.ResourceStatusReason ?? '').join('\n')
  assert.match(reasons, /Provisioned Concurrency configuration failed to be applied. Reason: FUNCTION_ERROR_INIT_FAILURE/)
  await assert.rejects(cloud.aws().lambda.GetFunction({ FunctionName: StackName }), { name: 'ResourceNotFoundException' })
})

test('ReservedConcurrentExecutions of a function is reserved, changed and taken back', async () => {
  const reserved = async () => (await cloud.aws().lambda.GetFunctionConcurrency({ FunctionName: StackName })).ReservedConcurrentExecutions
  assert.equal(await deploy(functionOf({ ReservedConcurrentExecutions: '5' })), 'CREATE_COMPLETE')
  assert.equal(await reserved(), 5)
  assert.equal(await deploy(functionOf({ ReservedConcurrentExecutions: 0 }), 'UpdateStack'), 'UPDATE_COMPLETE')
  assert.equal(await reserved(), 0)
  assert.equal(await deploy(functionOf({}), 'UpdateStack'), 'UPDATE_COMPLETE')
  assert.equal(await reserved(), undefined)
})
