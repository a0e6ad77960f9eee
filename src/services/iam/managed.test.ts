import assert from 'node:assert/strict'
import { test } from 'node:test'
import { policyProblem } from '../../platform/policy/validate.ts'
import { awsManagedPolicies } from './data/aws-managed-policies.ts'
import { awsPolicy } from './managed.ts'
import { managedPolicyCharactersMax } from './state.ts'

test('every AWS managed policy is a policy that IAM would take', () => {
  const names = Object.entries(awsManagedPolicies)
  assert.ok(names.length > 150)
  for (const [name, { path }] of names) {
    const found = awsPolicy(`arn:aws:iam::aws:policy${path}${name}`)
    assert.equal(found && policyProblem(found.document, 'identity'), undefined, name)
    assert.ok(found!.document.replace(/\s/g, '').length <= managedPolicyCharactersMax * 2, name)
    for (const statement of JSON.parse(found!.document).Statement) {
      for (const action of [statement.Action ?? statement.NotAction].flat()) assert.match(action, /^(\*|[a-zA-Z0-9-]+:[a-zA-Z0-9*?]+)$/, name)
    }
  }
})

test('what SAM and CDK applications attach by name is there, at its path', () => {
  const named = [
    'service-role/AWSLambdaBasicExecutionRole', 'service-role/AWSLambdaVPCAccessExecutionRole', 'service-role/AWSLambdaSQSQueueExecutionRole',
    'service-role/AWSLambdaKinesisExecutionRole',
    'service-role/AWSLambdaDynamoDBExecutionRole', 'service-role/AWSLambdaMSKExecutionRole', 'service-role/AWSLambdaBasicDurableExecutionRolePolicy',
    'service-role/AWSLambdaRole',
    'AWSXRayDaemonWriteAccess', 'AdministratorAccess', 'PowerUserAccess', 'ReadOnlyAccess', 'AmazonS3ReadOnlyAccess', 'AmazonDynamoDBFullAccess',
    'service-role/AmazonAPIGatewayPushToCloudWatchLogs', 'CloudWatchLambdaInsightsExecutionRolePolicy', 'service-role/AmazonECSTaskExecutionRolePolicy',
    'service-role/AmazonEC2ContainerServiceforEC2Role', 'service-role/AmazonEC2ContainerServiceEventsRole', 'AmazonEKSClusterPolicy',
    'AmazonEKSWorkerNodePolicy', 'AmazonEKS_CNI_Policy',
    'AmazonEKSFargatePodExecutionRolePolicy', 'AmazonEC2ContainerRegistryReadOnly', 'AmazonEC2ContainerRegistryPullOnly', 'AmazonSSMManagedInstanceCore',
    'service-role/AmazonRDSEnhancedMonitoringRole',
    'service-role/AWSAppSyncPushToCloudWatchLogs', 'service-role/AWSCodeDeployRoleForLambdaLimited', 'CloudWatchAgentServerPolicy',
    'job-function/ViewOnlyAccess', 'SecurityAudit',
  ]
  for (const name of named) assert.ok(awsPolicy(`arn:aws:iam::aws:policy/${name}`), name)
  assert.equal(awsPolicy('arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole'), undefined)
})
