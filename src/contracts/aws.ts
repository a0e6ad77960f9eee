import type { S3 } from '@aws-sdk/client-s3'
import type { Lambda } from '@aws-sdk/client-lambda'
import type { SQS } from '@aws-sdk/client-sqs'
import type { SNS } from '@aws-sdk/client-sns'
import type { DynamoDB } from '@aws-sdk/client-dynamodb'
import type { ECR } from '@aws-sdk/client-ecr'
import type { DynamoDBStreams } from '@aws-sdk/client-dynamodb-streams'
import type { Kinesis } from '@aws-sdk/client-kinesis'
import type { KMS } from '@aws-sdk/client-kms'
import type { SecretsManager } from '@aws-sdk/client-secrets-manager'
import type { SSM } from '@aws-sdk/client-ssm'
import type { EventBridge } from '@aws-sdk/client-eventbridge'
import type { IAM } from '@aws-sdk/client-iam'
import type { Organizations } from '@aws-sdk/client-organizations'
import type { STS } from '@aws-sdk/client-sts'
import type { CloudControl } from '@aws-sdk/client-cloudcontrol'
import type { CloudFormation } from '@aws-sdk/client-cloudformation'
import type { CloudWatchLogs } from '@aws-sdk/client-cloudwatch-logs'
import type { ApiGatewayV2 } from '@aws-sdk/client-apigatewayv2'
import type { ServerlessApplicationRepository } from './serverlessrepo.ts'

/**
 * The operations of a service as plain async functions, from the SDK's client type: `Operations<SQS>['SendMessage']` is
 * `(input: SendMessageCommandInput) => Promise<SendMessageCommandOutput without $metadata>`.
 */
export type Operations<Client> = {
  [K in keyof Client & string as Client[K] extends Overloads<any, any> ? (K extends 'send' ? never : Capitalize<K>) : never]:
    Client[K] extends Overloads<infer Input, infer Output> ? (input: Input) => Promise<WithoutMetadata<Output>> : never
}

interface Overloads<Input, Output> {
  (input: Input, options?: any): Promise<Output>
  (input: Input, callback: (error: any, output?: any) => void): void
  (input: Input, options: any, callback: (error: any, output?: any) => void): void
}

type WithoutMetadata<Output> = Omit<Output, '$metadata'>

/**
 * Every service's API, callable in-process: `aws.lambda.Invoke(input)`. Goes through the same permission check, trace and usage meter as a call from
 * outside.
 */
export interface Aws {
  s3: Operations<S3>
  lambda: Operations<Lambda>
  sqs: Operations<SQS>
  sns: Operations<SNS>
  dynamodb: Operations<DynamoDB>
  dynamodbstreams: Operations<DynamoDBStreams>
  ecr: Operations<ECR>
  kinesis: Operations<Kinesis>
  kms: Operations<KMS>
  secretsmanager: Operations<SecretsManager>
  ssm: Operations<SSM>
  events: Operations<EventBridge>
  iam: Operations<IAM>
  organizations: Operations<Organizations>
  sts: Operations<STS>
  cloudcontrol: Operations<CloudControl>
  cloudformation: Operations<CloudFormation>
  logs: Operations<CloudWatchLogs>
  serverlessrepo: Operations<ServerlessApplicationRepository>
  apigatewayv2: Operations<ApiGatewayV2>
}

export type ServiceName = keyof Aws
