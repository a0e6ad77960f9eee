import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startCloud } from '../../../testing/index.ts'

test('EstimateTemplateCost: the address shows a month of what stands, and the price of uses of the rest', async t => {
  const cloud = await startCloud()
  t.after(() => cloud.stop())
  const { cloudformation: cfn } = cloud.aws()
  const key = { KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }], AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }] }
  const table = { Type: 'AWS::DynamoDB::Table', Properties: { ...key, ProvisionedThroughput: { ReadCapacityUnits: { Ref: 'Units' }, WriteCapacityUnits: 5 } } }
  const { Url } = await cfn.EstimateTemplateCost({
    TemplateBody: JSON.stringify({
      Parameters: { Units: { Type: 'Number' } }, Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
      Resources: { A: table, B: table, Never: { ...table, Condition: 'No' },
        Q: { Type: 'AWS::SQS::Queue' }, T: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: { 'Fn::GetAtt': ['Q', 'Arn'] } } } },
    }),
    Parameters: [{ ParameterKey: 'Units', ParameterValue: '10' }],
  })
  const estimate = await (await fetch(Url!, { headers: { accept: 'application/json' } })).json() as any
  assert.equal(estimate.monthlyUsd.toFixed(4), (2 * 730 * (10 * 0.00013 + 5 * 0.00065)).toFixed(4))
  assert.deepEqual(estimate.lines.map((line: any) => [line.resource, line.count, line.item]), [
    ['AWS::DynamoDB::Table', 2, 'Provisioned read capacity'], ['AWS::DynamoDB::Table', 2, 'Provisioned write capacity'], ['AWS::DynamoDB::Table', 2, 'Storage'],
    ['AWS::SQS::Queue', 1, 'Requests (standard)'],
  ])
  assert.deepEqual([estimate.unpriced, estimate.lines[3].use.usd.toFixed(4)], [['AWS::SNS::Topic'], '0.4000'])
  const page = await fetch(Url!)
  assert.match(page.headers.get('content-type')!, /^text\/html/)
  assert.match(await page.text(), /<h1>Estimated cost: \$6\.64 a month, and what is used<\/h1>/)
  assert.equal((await fetch(`${cloud.endpoint}/_fogbank/cost/estimate?template=nothing`)).status, 400)
})
