import type { Room } from './platform/room.ts'
import { claims as executeApi, mayClaim as customDomains } from './services/apigatewayv2/serving/claims.ts'
import { claims as bills } from './services/billing/claims.ts'
import { claims as calls } from './services/call/claims.ts'
import { claims as customResources } from './services/cloudformation/claims.ts'
import { claims as functionCode } from './services/lambda/claims.ts'
import { claims as applications } from './services/serverlessrepo/claims.ts'
import { claims as notifications } from './services/sns/claims.ts'

/**
 * The services of the cloud, one line each: what must be known before the service's code is loaded, which happens when it is first
 * needed. See platform/room.ts; a line that does not agree with its service.ts fails when the service is loaded, and a test.
 */
export const services: Room[] = [
  {
    name: 'apigatewayv2', resources: ['AWS::ApiGatewayV2'], claims: executeApi, mayClaim: customDomains,
    load: async () => (await import('./services/apigatewayv2/service.ts')).apigatewayv2,
  },
  { name: 'billing', claims: bills, load: async () => (await import('./services/billing/service.ts')).billing },
  { name: 'call', claims: calls, load: async () => (await import('./services/call/service.ts')).call },
  { name: 'cloudcontrol', load: async () => (await import('./services/cloudcontrol/service.ts')).cloudcontrol },
  {
    name: 'cloudformation', hears: ['organizations.account.moved'], resources: ['AWS::CDK'], claims: customResources,
    load: async () => (await import('./services/cloudformation/service.ts')).cloudformation,
  },
  { name: 'dynamodb', resources: ['AWS::DynamoDB'], load: async () => (await import('./services/dynamodb/service.ts')).dynamodb },
  { name: 'dynamodbstreams', load: async () => (await import('./services/dynamodb/streams/service.ts')).dynamodbstreams },
  { name: 'ecr', resources: ['AWS::ECR'], load: async () => (await import('./services/ecr/service.ts')).ecr },
  {
    name: 'events', hears: ['lambda.execution.changed', 's3.object.created', 's3.object.removed'], resources: ['AWS::Events'],
    load: async () => (await import('./services/events/service.ts')).eventbridge,
  },
  { name: 'iam', resources: ['AWS::IAM'], load: async () => (await import('./services/iam/service.ts')).iam },
  { name: 'kinesis', resources: ['AWS::Kinesis'], load: async () => (await import('./services/kinesis/service.ts')).kinesis },
  { name: 'kms', resources: ['AWS::KMS'], load: async () => (await import('./services/kms/service.ts')).kms },
  {
    name: 'lambda', starts: { whereTableHasRows: ['mappings', 'provisioned', 'snapshots'] },
    resources: ['AWS::Lambda'], blobs: ['versions', 'layers'], claims: functionCode,
    load: async () => (await import('./services/lambda/service.ts')).lambda,
  },
  { name: 'logs', resources: ['AWS::Logs'], sinks: ['log'], load: async () => (await import('./services/logs/service.ts')).logs },
  {
    name: 'organizations', resources: ['AWS::Organizations'],
    load: async () => (await import('./services/organizations/service.ts')).organizations,
  },
  { name: 's3', resources: ['AWS::S3'], blobs: ['objects', 'versions', 'parts'], load: async () => (await import('./services/s3/service.ts')).s3 },
  { name: 'secretsmanager', resources: ['AWS::SecretsManager'], load: async () => (await import('./services/secretsmanager/service.ts')).secretsmanager },
  {
    name: 'serverlessrepo', claims: applications, blobs: ['versions'],
    load: async () => (await import('./services/serverlessrepo/service.ts')).serverlessrepo,
  },
  { name: 'sns', resources: ['AWS::SNS'], claims: notifications, load: async () => (await import('./services/sns/service.ts')).sns },
  { name: 'sqs', resources: ['AWS::SQS'], load: async () => (await import('./services/sqs/service.ts')).sqs },
  { name: 'ssm', resources: ['AWS::SSM'], load: async () => (await import('./services/ssm/service.ts')).ssm },
  { name: 'sts', load: async () => (await import('./services/sts/service.ts')).sts },
]
