import assert from 'node:assert/strict'
import { test } from 'node:test'
import { CloudFormation, waitUntilStackCreateComplete, waitUntilStackDeleteComplete, waitUntilStackUpdateComplete } from '@aws-sdk/client-cloudformation'
import { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import { startCloud } from '../../testing/index.ts'
import { cloudformation } from '../cloudformation/service.ts'
import { logs as logsService } from './service.ts'

const template = (pattern: string, protection: boolean) => JSON.stringify({ Resources: {
  Group: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/stack', RetentionInDays: 7, DeletionProtectionEnabled: protection } },
  Stream: { Type: 'AWS::Logs::LogStream', Properties: { LogGroupName: { Ref: 'Group' }, LogStreamName: 'one' } },
  Filter: { Type: 'AWS::Logs::MetricFilter', Properties: {
    LogGroupName: { Ref: 'Group' }, FilterPattern: pattern,
    MetricTransformations: [
      { MetricName: 'm', MetricNamespace: 'n', MetricValue: '$.ms', Unit: 'Milliseconds', Dimensions: [{ Key: 'Path', Value: '$.path' }] }
    ],
  } },
  Query: { Type: 'AWS::Logs::QueryDefinition', Properties: { Name: 'errors', QueryString: 'fields @message', LogGroupNames: [{ Ref: 'Group' }] } },
  Policy: { Type: 'AWS::Logs::ResourcePolicy', Properties: { PolicyName: 'dns', PolicyDocument: JSON.stringify({
    Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'route53.amazonaws.com' }, Action: 'logs:PutLogEvents', Resource: '*' }],
  }) } },
}, Outputs: { Filter: { Value: { Ref: 'Filter' } }, Query: { Value: { 'Fn::GetAtt': ['Query', 'QueryDefinitionId'] } } } })

test('a stack makes groups, streams, filters, queries and policies, changes them in place and takes them away', async () => {
  const cloud = await startCloud({ services: [cloudformation, logsService] })
  const stacks = new CloudFormation(cloud.client)
  const logs = new CloudWatchLogs(cloud.client)
  const waiting = { client: stacks, maxWaitTime: 20, minDelay: 0.05, maxDelay: 0.05 }
  try {
    await stacks.createStack({ StackName: 's', TemplateBody: template('{ $.ms > 1 }', true) })
    await waitUntilStackCreateComplete(waiting as any, { StackName: 's' })
    const { metricFilters } = await logs.describeMetricFilters({ logGroupName: '/stack' })
    assert.deepEqual(metricFilters![0]!.metricTransformations![0]!.dimensions, { Path: '$.path' })
    const { Stacks } = await stacks.describeStacks({ StackName: 's' })
    const outputs = Object.fromEntries(Stacks![0]!.Outputs!.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue]))
    assert.equal(outputs.Filter, metricFilters![0]!.filterName)
    assert.equal((await logs.describeQueryDefinitions({})).queryDefinitions![0]!.queryDefinitionId, outputs.Query)
    assert.equal((await logs.describeResourcePolicies({})).resourcePolicies![0]!.policyName, 'dns')
    assert.equal((await logs.describeLogStreams({ logGroupName: '/stack' })).logStreams![0]!.logStreamName, 'one')
    await assert.rejects(logs.deleteLogGroup({ logGroupName: '/stack' }), /deletion protection/)
    await stacks.updateStack({ StackName: 's', TemplateBody: template('{ $.ms > 2 }', false) })
    await waitUntilStackUpdateComplete(waiting as any, { StackName: 's' })
    const changed = (await logs.describeMetricFilters({ logGroupName: '/stack' })).metricFilters!
    assert.deepEqual(changed.map(filter => [filter.filterName, filter.filterPattern]), [[outputs.Filter, '{ $.ms > 2 }']])
    await stacks.deleteStack({ StackName: 's' })
    await waitUntilStackDeleteComplete(waiting as any, { StackName: 's' })
    const [{ logGroups }, { queryDefinitions }, { resourcePolicies }] = await Promise.all(
      [logs.describeLogGroups({}), logs.describeQueryDefinitions({}), logs.describeResourcePolicies({})]
    )
    assert.deepEqual([logGroups, queryDefinitions, resourcePolicies], [[], [], []])
  } finally {
    stacks.destroy()
    logs.destroy()
    await cloud.stop()
  }
})
