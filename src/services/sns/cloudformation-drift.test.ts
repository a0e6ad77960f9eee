import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { drifting, type Drifting } from '../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud()
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const policy = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Sid: 'a', Effect: 'Allow', Principal: { AWS: '*' }, Action, Resource: '*' }] })
const ref = (Ref: string) => ({ Ref })

test('AWS::SNS::TopicPolicy: compared on each of its topics; gone once none has a policy of its own', async () => {
  const ids = await stacks.create('topics', {
    A: { Type: 'AWS::SNS::Topic' }, B: { Type: 'AWS::SNS::Topic' }, C: { Type: 'AWS::SNS::Topic' },
    Policy: { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [ref('A'), ref('B')], PolicyDocument: policy('sns:Publish') } },
  })
  await stacks.inSync('topics', ['A', 'B', 'C', 'Policy'])
  const { sns } = cloud.aws()
  const put = (TopicArn: string, AttributeValue: string) => sns.SetTopicAttributes({ TopicArn, AttributeName: 'Policy', AttributeValue })
  await put(ids.B!, JSON.stringify(policy('sns:Subscribe')))
  assert.deepEqual(await stacks.told('topics'), ['Policy NOT_EQUAL /PolicyDocument/Statement/0/Action'])
  await sns.DeleteTopic({ TopicArn: ids.B! })
  assert.deepEqual(await stacks.told('topics'), ['B DELETED', 'Policy REMOVE /Topics/1'])
  const first = (await sns.GetTopicAttributes({ TopicArn: ids.C! })).Attributes!.Policy!
  await put(ids.A!, first.replaceAll(ids.C!, ids.A!))
  assert.deepEqual(await stacks.told('topics'), ['B DELETED', 'Policy DELETED'])
})
