/** An AWS managed policy: its path and its statements. */
export interface AwsManagedPolicy { path: string, statements: object[] }

const allow = (Action: string[], Resource: string | string[] = '*', Condition?: object) => ({ Effect: 'Allow', Action, Resource, ...Condition && { Condition } })
const passRoleTo = (...services: string[]) => allow(['iam:PassRole'], '*', { StringEquals: { 'iam:PassedToService': services } })
const logs = ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents']
const xray = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets', 'xray:GetSamplingStatisticSummaries']
const interfaces = [
  'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets', 'ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses',
  'ec2:UnassignPrivateIpAddresses',
]

const role = '/service-role/'
const policy = (...statements: object[]): AwsManagedPolicy => ({ path: '/', statements })
const servicePolicy = (...statements: object[]): AwsManagedPolicy => ({ path: role, statements })

// What a reader may do in the services that Fogbank speaks. AWS's own document goes on for all of its services.
const reads = ['Get*', 'List*', 'Describe*']
const readOf = (services: string[]) => services.flatMap(service => reads.map(verb => `${service}:${verb}`))

/** The AWS managed policies that serverless applications name, by name; what they grant is from the AWS Managed Policy Reference. */
export const awsManagedPolicies: Record<string, AwsManagedPolicy> = {
  AdministratorAccess: policy(allow(['*'])),
  PowerUserAccess: policy(
    { Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' },
    allow([
      'account:GetAccountInformation', 'account:GetPrimaryEmail', 'account:ListRegions', 'iam:CreateServiceLinkedRole', 'iam:DeleteServiceLinkedRole',
      'iam:ListRoles', 'organizations:DescribeOrganization',
    ]),
  ),
  ReadOnlyAccess: policy(allow([
    ...readOf(['acm', 'cloudformation', 'cloudfront', 'cloudtrail', 'cloudwatch', 'cognito-idp', 'cognito-identity', 'dynamodb', 'ec2', 'ecr', 'ecs', 'events', 'firehose',
      'iam', 'kinesis', 'kms', 'lambda', 'logs', 'pipes', 'route53', 's3', 'scheduler', 'ses', 'sns', 'sqs', 'ssm', 'states', 'tag', 'xray']),
    'apigateway:GET', 'cloudformation:Detect*', 'cloudformation:EstimateTemplateCost', 'cloudtrail:LookupEvents', 'dynamodb:BatchGet*', 'dynamodb:PartiQLSelect',
    'dynamodb:Query', 'dynamodb:Scan', 'ecr:BatchCheck*', 'ecr:BatchGet*', 'iam:Generate*', 'iam:Simulate*', 'logs:FilterLogEvents', 'logs:StartQuery',
    'logs:StopQuery', 'logs:TestMetricFilter', 'logs:Tail', 'logs:StartLiveTail', 'logs:StopLiveTail', 'secretsmanager:Describe*', 'secretsmanager:GetResourcePolicy',
    'secretsmanager:List*', 'sqs:Receive*', 'sts:GetAccessKeyInfo', 'sts:GetCallerIdentity', 'sts:GetSessionToken', 'sts:DecodeAuthorizationMessage', 'xray:BatchGet*',
    'events:TestEventPattern',
  ])),
  IAMFullAccess: policy(allow([
    'iam:*', 'organizations:DescribeAccount', 'organizations:DescribeOrganization', 'organizations:DescribeOrganizationalUnit', 'organizations:DescribePolicy',
    'organizations:ListChildren', 'organizations:ListParents', 'organizations:ListPoliciesForTarget', 'organizations:ListRoots', 'organizations:ListPolicies',
    'organizations:ListTargetsForPolicy',
  ])),
  IAMReadOnlyAccess: policy(allow([
    'iam:GenerateCredentialReport', 'iam:GenerateServiceLastAccessedDetails', 'iam:Get*', 'iam:List*', 'iam:SimulateCustomPolicy', 'iam:SimulatePrincipalPolicy',
  ])),

  AWSLambdaBasicExecutionRole: servicePolicy(allow(logs)),
  AWSLambdaVPCAccessExecutionRole: servicePolicy(allow([...logs, ...interfaces])),
  AWSLambdaSQSQueueExecutionRole: servicePolicy(allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes', ...logs])),
  AWSLambdaDynamoDBExecutionRole: servicePolicy(allow([
    'dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams', ...logs,
  ])),
  AWSLambdaKinesisExecutionRole: servicePolicy(allow([
    'kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards', 'kinesis:ListStreams',
    'kinesis:SubscribeToShard', ...logs,
  ])),
  AWSLambdaMSKExecutionRole: servicePolicy(allow([
    'kafka:DescribeCluster', 'kafka:DescribeClusterV2', 'kafka:GetBootstrapBrokers', 'ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeVpcs',
    'ec2:DeleteNetworkInterface', 'ec2:DescribeSubnets', 'ec2:DescribeSecurityGroups', ...logs,
  ])),
  AWSLambdaRole: servicePolicy(allow(['lambda:InvokeFunction'])),
  AWSLambdaENIManagementAccess: servicePolicy(allow(interfaces)),
  AWSLambdaExecute: policy(allow(['logs:*'], 'arn:aws:logs:*:*:*'), allow(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::*')),
  'AWSLambdaInvocation-DynamoDB': policy(
    allow(['lambda:InvokeFunction']), allow(['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams']),
  ),
  AWSLambda_FullAccess: policy(
    allow([
      'cloudformation:DescribeStacks', 'cloudformation:ListStackResources', 'cloudwatch:ListMetrics', 'cloudwatch:GetMetricData', 'ec2:DescribeSecurityGroups',
      'ec2:DescribeSubnets', 'ec2:DescribeVpcs', 'kms:ListAliases', 'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:GetRole', 'iam:GetRolePolicy',
      'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:ListRoles', 'lambda:*', 'logs:DescribeLogGroups', 'states:DescribeStateMachine',
      'states:ListStateMachines', 'tag:GetResources', 'xray:GetTraceSummaries', 'xray:BatchGetTraces',
    ]),
    passRoleTo('lambda.amazonaws.com'),
    allow(['logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:FilterLogEvents', 'logs:StartLiveTail', 'logs:StopLiveTail'], 'arn:aws:logs:*:*:log-group:/aws/lambda/*'),
  ),
  AWSLambda_ReadOnlyAccess: policy(
    allow([
      'cloudformation:DescribeStacks', 'cloudformation:ListStacks', 'cloudformation:ListStackResources', 'cloudwatch:GetMetricData', 'cloudwatch:ListMetrics',
      'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs', 'kms:ListAliases', 'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:GetRole',
      'iam:GetRolePolicy', 'iam:ListAttachedRolePolicies', 'iam:ListRolePolicies', 'iam:ListRoles', 'logs:DescribeLogGroups', 'lambda:Get*', 'lambda:List*',
      'states:DescribeStateMachine', 'states:ListStateMachines', 'tag:GetResources', 'xray:GetTraceSummaries', 'xray:BatchGetTraces',
    ]),
    allow(['logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:FilterLogEvents', 'logs:StartLiveTail', 'logs:StopLiveTail'], 'arn:aws:logs:*:*:log-group:/aws/lambda/*'),
  ),
  CloudWatchLambdaInsightsExecutionRolePolicy: policy(
    allow(['logs:CreateLogGroup']), allow(['logs:CreateLogStream', 'logs:PutLogEvents'], 'arn:aws:logs:*:*:log-group:/aws/lambda-insights:*'),
  ),
  CloudWatchLambdaApplicationSignalsExecutionRolePolicy: policy(
    allow(['xray:PutTraceSegments']),
    allow(['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents'], 'arn:aws:logs:*:*:log-group:/aws/application-signals/data:*'),
  ),
  AWSXRayDaemonWriteAccess: policy(allow(xray)),
  AWSXrayWriteOnlyAccess: policy(allow(xray)),
  AWSXrayFullAccess: policy(allow(['xray:*'])),

  AmazonS3FullAccess: policy(allow(['s3:*', 's3-object-lambda:*'])),
  AmazonS3ReadOnlyAccess: policy(allow(['s3:Get*', 's3:List*', 's3:Describe*', 's3-object-lambda:Get*', 's3-object-lambda:List*'])),
  AmazonS3ObjectLambdaExecutionRolePolicy: servicePolicy(allow([...logs, 's3-object-lambda:WriteGetObjectResponse'])),
  AmazonDynamoDBFullAccess: policy(
    allow([
      'dynamodb:*', 'dax:*', 'application-autoscaling:DeleteScalingPolicy', 'application-autoscaling:DeregisterScalableTarget',
      'application-autoscaling:DescribeScalableTargets', 'application-autoscaling:DescribeScalingActivities', 'application-autoscaling:DescribeScalingPolicies',
      'application-autoscaling:PutScalingPolicy', 'application-autoscaling:RegisterScalableTarget', 'cloudwatch:DeleteAlarms', 'cloudwatch:DescribeAlarmHistory',
      'cloudwatch:DescribeAlarms', 'cloudwatch:DescribeAlarmsForMetric', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics', 'cloudwatch:PutMetricAlarm',
      'cloudwatch:GetMetricData', 'iam:GetRole', 'iam:ListRoles', 'kms:DescribeKey', 'kms:ListAliases', 'sns:CreateTopic', 'sns:DeleteTopic', 'sns:ListSubscriptions',
      'sns:ListSubscriptionsByTopic', 'sns:ListTopics', 'sns:Subscribe', 'sns:Unsubscribe', 'sns:SetTopicAttributes', 'lambda:CreateFunction', 'lambda:ListFunctions',
      'lambda:ListEventSourceMappings', 'lambda:CreateEventSourceMapping', 'lambda:DeleteEventSourceMapping', 'lambda:GetFunctionConfiguration',
      'lambda:DeleteFunction', 'tag:GetResources', 'kinesis:ListStreams', 'kinesis:DescribeStream', 'kinesis:DescribeStreamSummary',
    ]),
    allow(['cloudwatch:GetInsightRuleReport'], 'arn:aws:cloudwatch:*:*:insight-rule/DynamoDBContributorInsights*'),
    allow(['iam:PassRole'], '*', { StringLike: { 'iam:PassedToService': ['application-autoscaling.amazonaws.com', 'dax.amazonaws.com'] } }),
  ),
  AmazonDynamoDBFullAccess_v2: policy(allow(['dynamodb:*', 'dax:*', 'application-autoscaling:*', 'cloudwatch:GetMetricData', 'kms:DescribeKey', 'kms:ListAliases'])),
  AmazonDynamoDBReadOnlyAccess: policy(allow([
    'dynamodb:BatchGetItem', 'dynamodb:Describe*', 'dynamodb:List*', 'dynamodb:GetItem', 'dynamodb:GetResourcePolicy', 'dynamodb:Query', 'dynamodb:Scan',
    'dynamodb:PartiQLSelect', 'cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricStatistics', 'cloudwatch:ListMetrics', 'iam:GetRole', 'iam:ListRoles',
    'kms:DescribeKey', 'kms:ListAliases', 'tag:GetResources',
  ])),
  AmazonSQSFullAccess: policy(allow(['sqs:*'])),
  AmazonSQSReadOnlyAccess: policy(allow([
    'sqs:GetQueueAttributes', 'sqs:GetQueueUrl', 'sqs:ListDeadLetterSourceQueues', 'sqs:ListQueues', 'sqs:ListMessageMoveTasks', 'sqs:ListQueueTags',
  ])),
  AmazonSNSFullAccess: policy(allow(['sns:*'])),
  AmazonSNSReadOnlyAccess: policy(allow(['sns:GetTopicAttributes', 'sns:List*', 'sns:CheckIfPhoneNumberIsOptedOut', 'sns:GetEndpointAttributes', 'sns:GetSubscriptionAttributes'])),
  AmazonKinesisFullAccess: policy(allow(['kinesis:*'])),
  AmazonKinesisReadOnlyAccess: policy(allow(['kinesis:Get*', 'kinesis:List*', 'kinesis:Describe*'])),
  AmazonEventBridgeFullAccess: policy(allow(['events:*', 'schemas:*', 'scheduler:*', 'pipes:*']), passRoleTo('events.amazonaws.com', 'scheduler.amazonaws.com', 'pipes.amazonaws.com')),
  AWSStepFunctionsFullAccess: policy(allow(['states:*'])),
  AWSStepFunctionsReadOnlyAccess: policy(allow(['states:ListStateMachines', 'states:ListActivities', 'states:Describe*', 'states:ListExecutions', 'states:GetExecutionHistory', 'states:GetActivityTask'])),
  SecretsManagerReadWrite: policy(allow([
    'secretsmanager:*', 'cloudformation:CreateChangeSet', 'cloudformation:DescribeChangeSet', 'cloudformation:DescribeStackResource', 'cloudformation:DescribeStacks',
    'cloudformation:ExecuteChangeSet', 'kms:DescribeKey', 'kms:ListAliases', 'kms:ListKeys', 'lambda:ListFunctions', 'rds:DescribeDBInstances', 'tag:GetResources',
  ])),
  AmazonSSMFullAccess: policy(allow(['cloudwatch:PutMetricData', 'ds:CreateComputer', 'ds:DescribeDirectories', 'ec2:DescribeInstanceStatus', 'logs:*', 'ssm:*', 'ec2messages:*'])),
  AmazonSSMReadOnlyAccess: policy(allow(['ssm:Describe*', 'ssm:Get*', 'ssm:List*'])),
  AmazonSSMManagedInstanceCore: policy(allow([
    'ssm:DescribeAssociation', 'ssm:GetDeployablePatchSnapshotForInstance', 'ssm:GetDocument', 'ssm:DescribeDocument', 'ssm:GetManifest', 'ssm:GetParameter',
    'ssm:GetParameters', 'ssm:ListAssociations', 'ssm:ListInstanceAssociations', 'ssm:PutInventory', 'ssm:PutComplianceItems', 'ssm:PutConfigurePackageResult',
    'ssm:UpdateAssociationStatus', 'ssm:UpdateInstanceAssociationStatus', 'ssm:UpdateInstanceInformation', 'ssmmessages:*', 'ec2messages:*',
  ])),
  CloudWatchFullAccess: policy(allow(['autoscaling:Describe*', 'cloudwatch:*', 'logs:*', 'sns:*', 'iam:GetPolicy', 'iam:GetPolicyVersion', 'iam:GetRole', 'oam:ListSinks'])),
  CloudWatchReadOnlyAccess: policy(allow(['cloudwatch:Describe*', 'cloudwatch:Get*', 'cloudwatch:List*', 'logs:Get*', 'logs:List*', 'logs:Describe*', 'logs:FilterLogEvents', 'logs:StartQuery', 'logs:StopQuery', 'sns:Get*', 'sns:List*'])),
  CloudWatchLogsFullAccess: policy(allow(['logs:*', 'cloudwatch:GenerateQuery'])),
  CloudWatchLogsReadOnlyAccess: policy(allow([
    'logs:Describe*', 'logs:Get*', 'logs:List*', 'logs:StartQuery', 'logs:StopQuery', 'logs:TestMetricFilter', 'logs:FilterLogEvents', 'logs:StartLiveTail',
    'logs:StopLiveTail', 'cloudwatch:GenerateQuery',
  ])),
  AmazonAPIGatewayPushToCloudWatchLogs: servicePolicy(allow([...logs, 'logs:DescribeLogGroups', 'logs:DescribeLogStreams', 'logs:GetLogEvents', 'logs:FilterLogEvents'])),
  AmazonAPIGatewayAdministrator: policy(allow(['apigateway:*'], 'arn:aws:apigateway:*::/*')),
  AmazonAPIGatewayInvokeFullAccess: policy(allow(['execute-api:Invoke', 'execute-api:ManageConnections'], 'arn:aws:execute-api:*:*:*')),
  AWSAppSyncPushToCloudWatchLogs: servicePolicy(allow(logs)),
  AWSCloudFormationFullAccess: policy(allow(['cloudformation:*'])),
  AWSCloudFormationReadOnlyAccess: policy(allow(['cloudformation:Describe*', 'cloudformation:EstimateTemplateCost', 'cloudformation:Get*', 'cloudformation:List*', 'cloudformation:ValidateTemplate', 'cloudformation:Detect*'])),
  AWSCodeDeployRoleForLambda: servicePolicy(
    allow(['cloudwatch:DescribeAlarms', 'lambda:UpdateAlias', 'lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig', 'sns:Publish']),
    allow(['s3:GetObject', 's3:GetObjectVersion'], 'arn:aws:s3:::*/CodeDeploy/*'),
    allow(['s3:GetObject', 's3:GetObjectVersion'], '*', { StringEquals: { 's3:ExistingObjectTag/UseWithCodeDeploy': 'true' } }),
    allow(['lambda:InvokeFunction'], 'arn:aws:lambda:*:*:function:CodeDeployHook_*'),
  ),
  AWSCodeDeployRoleForLambdaLimited: servicePolicy(
    allow(['cloudwatch:DescribeAlarms', 'lambda:UpdateAlias', 'lambda:GetAlias', 'lambda:GetProvisionedConcurrencyConfig']),
    allow(['s3:GetObject', 's3:GetObjectVersion'], 'arn:aws:s3:::*/CodeDeploy/*'),
    allow(['s3:GetObject', 's3:GetObjectVersion'], '*', { StringEquals: { 's3:ExistingObjectTag/UseWithCodeDeploy': 'true' } }),
    allow(['lambda:InvokeFunction'], 'arn:aws:lambda:*:*:function:CodeDeployHook_*'),
  ),
  AmazonECSTaskExecutionRolePolicy: servicePolicy(allow([
    'ecr:GetAuthorizationToken', 'ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage', 'logs:CreateLogStream', 'logs:PutLogEvents',
  ])),
  AmazonEC2ContainerRegistryReadOnly: policy(allow([
    'ecr:GetAuthorizationToken', 'ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:GetRepositoryPolicy', 'ecr:DescribeRepositories', 'ecr:ListImages',
    'ecr:DescribeImages', 'ecr:BatchGetImage', 'ecr:GetLifecyclePolicy', 'ecr:GetLifecyclePolicyPreview', 'ecr:ListTagsForResource', 'ecr:DescribeImageScanFindings',
  ])),
}
