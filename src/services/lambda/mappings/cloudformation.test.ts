import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { scriptedSandboxes } from '../../../sandbox/scripted.ts'
import { startCloud, type TestCloud } from '../../../testing/index.ts'

let cloud: TestCloud
before(async () => { cloud = await startCloud({ sandboxes: scriptedSandboxes({ script: () => null }) }) })
after(() => cloud.stop())

const template = (properties: object) => ({ Resources: {
  Role: { Type: 'AWS::IAM::Role', Properties: {
    AssumeRolePolicyDocument: {
      Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }]
    },
    ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole'],
  } },
  Q: { Type: 'AWS::SQS::Queue' },
  F: { Type: 'AWS::Lambda::Function', Properties: {
    Runtime: 'nodejs22.x', Handler: 'index.handler', Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, Code: { ZipFile: 'exports.handler = async () => null' },
  } },
  M: { Type: 'AWS::Lambda::EventSourceMapping', Properties: { FunctionName: { Ref: 'F' }, EventSourceArn: { 'Fn::GetAtt': ['Q', 'Arn'] }, ...properties } },
}, Outputs: { Id: { Value: { Ref: 'M' } } } })

async function deploy(properties: object, operation: 'CreateStack' | 'UpdateStack'): Promise<string> {
  const { cloudformation } = cloud.aws()
  await cloudformation[operation]({ StackName: 's', TemplateBody: JSON.stringify(template(properties)), Capabilities: ['CAPABILITY_IAM'] })
  for (let n = 0; n < 50; n++) {
    await cloud.clock.advance(1000)
    const { StackStatus, Outputs } = (await cloudformation.DescribeStacks({ StackName: 's' })).Stacks![0]!
    if (!StackStatus!.endsWith('IN_PROGRESS')) {
      return StackStatus!.endsWith('COMPLETE') && !StackStatus!.includes('ROLLBACK') ? Outputs![0]!.OutputValue! : StackStatus!
    }
  }
  return 'not yet'
}

test('what a template names no longer goes back to its default, tags among it', async () => {
  const { lambda } = cloud.aws()
  const UUID = await deploy({
    BatchSize: '5', FilterCriteria: { Filters: [{ Pattern: '{"body":["x"]}' }] }, FunctionResponseTypes: ['ReportBatchItemFailures'],
    ScalingConfig: { MaximumConcurrency: '7' }, MetricsConfig: { Metrics: ['EventCount'] }, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' }],
  }, 'CreateStack')
  const made = await lambda.GetEventSourceMapping({ UUID })
  assert.deepEqual([made.BatchSize, made.ScalingConfig, made.FilterCriteria!.Filters!.length], [5, { MaximumConcurrency: 7 }, 1])
  assert.equal(await deploy({ Tags: [{ Key: 'b', Value: '3' }] }, 'UpdateStack'), UUID)
  const { BatchSize, ScalingConfig, FilterCriteria, FunctionResponseTypes, MetricsConfig, EventSourceMappingArn } = await lambda.GetEventSourceMapping({ UUID })
  assert.deepEqual([BatchSize, ScalingConfig, FilterCriteria, FunctionResponseTypes, MetricsConfig], [10, undefined, undefined, [], undefined])
  const { Tags } = await lambda.ListTags({ Resource: EventSourceMappingArn! })
  assert.deepEqual([Tags!.a, Tags!.b], [undefined, '3'])
})
