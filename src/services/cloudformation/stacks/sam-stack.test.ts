import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CloudFormation } from '@aws-sdk/client-cloudformation'
import { startCloud } from '../../../testing/index.ts'
import { dynamodb } from '../../dynamodb/service.ts'
import { iam } from '../../iam/service.ts'
import { cloudformation } from '../service.ts'
import { things } from '../things.testing.ts'

const TemplateBody = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Table: {Type: AWS::Serverless::SimpleTable}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        {Version: '2012-10-17', Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: 'sts:AssumeRole'}]}
Outputs: {Name: {Value: !Ref Table}}
`

test('a SAM template is transformed, its capabilities are asked for, and both stages of it can be read', async t => {
  const cloud = await startCloud({ services: [cloudformation, dynamodb, iam] })
  t.after(() => cloud.stop())
  const client = new CloudFormation(cloud.client)
  await assert.rejects(client.createStack({ StackName: 'sam', TemplateBody }), { message: 'Requires capabilities : [CAPABILITY_AUTO_EXPAND]' })
  await assert.rejects(
    client.createStack({ StackName: 'sam', TemplateBody, Capabilities: ['CAPABILITY_AUTO_EXPAND'] }), { message: 'Requires capabilities : [CAPABILITY_IAM]' }
  )
  await client.createStack({ StackName: 'sam', TemplateBody, Capabilities: ['CAPABILITY_AUTO_EXPAND', 'CAPABILITY_IAM'] })
  await cloud.settle()
  const stack = (await client.describeStacks({ StackName: 'sam' })).Stacks![0]!
  assert.equal(stack.StackStatus, 'CREATE_COMPLETE')
  assert.deepEqual((await cloud.aws().dynamodb.ListTables({})).TableNames, [stack.Outputs![0]!.OutputValue])
  const { TemplateBody: processed } = await client.getTemplate({ StackName: 'sam', TemplateStage: 'Processed' })
  assert.equal(JSON.parse(processed!).Resources.Table.Type, 'AWS::DynamoDB::Table')
  assert.equal((await client.getTemplate({ StackName: 'sam' })).TemplateBody, TemplateBody)
})

test('what SAM does not understand is named with SAM\'s words', async t => {
  const world = things()
  const cloud = await startCloud({ services: [cloudformation, world.service] })
  t.after(() => cloud.stop())
  const wrong = "Transform: AWS::Serverless-2016-10-31\nResources: {F: {Type: 'AWS::Serverless::Function', Properties: {Handler: x, Runtime: nodejs24.x}}}"
  await cloud.aws().cloudformation.CreateStack({ StackName: 'wrong', TemplateBody: wrong, Capabilities: ['CAPABILITY_AUTO_EXPAND'] })
  await cloud.settle()
  const { StackEvents } = await cloud.aws().cloudformation.DescribeStackEvents({ StackName: 'wrong' })
  assert.match(StackEvents!.find(event => event.ResourceStatus === 'ROLLBACK_IN_PROGRESS')!.ResourceStatusReason!,
    /^Transform AWS::Serverless-2016-10-31 failed with: Invalid Serverless Application Specification document\. Number of errors found: 1\./)
})
