import type { PolicyTemplate } from './template-type.ts'

/** SAM's public policy templates, AMIDescribePolicy to DynamoDBStreamReadPolicy: parameters, and the statements that they fill. */
export const templates1: Record<string, PolicyTemplate> = {
  AMIDescribePolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['ec2:DescribeImages'], Effect: 'Allow', Resource: '*' }],
    },
  },
  AWSSecretsManagerGetSecretValuePolicy: {
    parameters: ['SecretArn'],
    definition: {
      Statement: [{ Action: ['secretsmanager:GetSecretValue'], Effect: 'Allow', Resource: { 'Fn::Sub': ['${secretArn}',
      { secretArn: { Ref: 'SecretArn' } }] } }],
    },
  },
  AWSSecretsManagerRotationPolicy: {
    parameters: ['FunctionName'],
    definition: {
      Statement: [{ Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage'],
      Condition: { StringEquals: { 'secretsmanager:resource/AllowRotationLambdaArn': {
      'Fn::Sub': ['arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${functionName}', { functionName: { Ref: 'FunctionName' } }] } } },
      Effect: 'Allow', Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:*' } },
      { Action: ['secretsmanager:GetRandomPassword'], Effect: 'Allow', Resource: '*' }],
    },
  },
  AcmGetCertificatePolicy: {
    parameters: ['CertificateArn'],
    definition: {
      Statement: [{ Action: ['acm:GetCertificate'], Effect: 'Allow', Resource: { 'Fn::Sub': ['${certificateArn}',
      { certificateArn: { Ref: 'CertificateArn' } }] } }],
    },
  },
  AthenaQueryPolicy: {
    parameters: ['WorkGroupName'],
    definition: {
      Statement: [{ Action: ['athena:ListWorkGroups', 'athena:GetExecutionEngine', 'athena:GetExecutionEngines', 'athena:GetNamespace',
      'athena:GetCatalogs', 'athena:GetNamespaces', 'athena:GetTables', 'athena:GetTable'], Effect: 'Allow', Resource: '*' },
      { Action: ['athena:StartQueryExecution', 'athena:GetQueryResults', 'athena:DeleteNamedQuery', 'athena:GetNamedQuery',
      'athena:ListQueryExecutions', 'athena:StopQueryExecution', 'athena:GetQueryResultsStream', 'athena:ListNamedQueries',
      'athena:CreateNamedQuery', 'athena:GetQueryExecution', 'athena:BatchGetNamedQuery', 'athena:BatchGetQueryExecution', 'athena:GetWorkGroup'],
      Effect: 'Allow', Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:athena:${AWS::Region}:${AWS::AccountId}:workgroup/${workgroupName}',
      { workgroupName: { Ref: 'WorkGroupName' } }] } }],
    },
  },
  CloudFormationDescribeStacksPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['cloudformation:DescribeStacks'], Effect: 'Allow',
      Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:cloudformation:${AWS::Region}:${AWS::AccountId}:stack/*' } }],
    },
  },
  CloudWatchDashboardPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['cloudwatch:GetDashboard', 'cloudwatch:ListDashboards', 'cloudwatch:PutDashboard', 'cloudwatch:ListMetrics'],
      Effect: 'Allow', Resource: '*' }],
    },
  },
  CloudWatchDescribeAlarmHistoryPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['cloudwatch:DescribeAlarmHistory'], Effect: 'Allow', Resource: '*' }],
    },
  },
  CloudWatchPutMetricPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['cloudwatch:PutMetricData'], Effect: 'Allow', Resource: '*' }],
    },
  },
  CodeCommitCrudPolicy: {
    parameters: ['RepositoryName'],
    definition: {
      Statement: [{ Action: ['codecommit:GitPull', 'codecommit:GitPush', 'codecommit:CreateBranch', 'codecommit:DeleteBranch',
      'codecommit:GetBranch', 'codecommit:ListBranches', 'codecommit:MergeBranchesByFastForward', 'codecommit:MergeBranchesBySquash',
      'codecommit:MergeBranchesByThreeWay', 'codecommit:UpdateDefaultBranch', 'codecommit:BatchDescribeMergeConflicts',
      'codecommit:CreateUnreferencedMergeCommit', 'codecommit:DescribeMergeConflicts', 'codecommit:GetMergeCommit', 'codecommit:GetMergeOptions',
      'codecommit:BatchGetPullRequests', 'codecommit:CreatePullRequest', 'codecommit:DescribePullRequestEvents',
      'codecommit:GetCommentsForPullRequest', 'codecommit:GetCommitsFromMergeBase', 'codecommit:GetMergeConflicts', 'codecommit:GetPullRequest',
      'codecommit:ListPullRequests', 'codecommit:MergePullRequestByFastForward', 'codecommit:MergePullRequestBySquash',
      'codecommit:MergePullRequestByThreeWay', 'codecommit:PostCommentForPullRequest', 'codecommit:UpdatePullRequestDescription',
      'codecommit:UpdatePullRequestStatus', 'codecommit:UpdatePullRequestTitle', 'codecommit:DeleteFile', 'codecommit:GetBlob', 'codecommit:GetFile',
      'codecommit:GetFolder', 'codecommit:PutFile', 'codecommit:DeleteCommentContent', 'codecommit:GetComment',
      'codecommit:GetCommentsForComparedCommit', 'codecommit:PostCommentForComparedCommit', 'codecommit:PostCommentReply',
      'codecommit:UpdateComment', 'codecommit:BatchGetCommits', 'codecommit:CreateCommit', 'codecommit:GetCommit', 'codecommit:GetCommitHistory',
      'codecommit:GetDifferences', 'codecommit:GetObjectIdentifier', 'codecommit:GetReferences', 'codecommit:GetTree', 'codecommit:GetRepository',
      'codecommit:UpdateRepositoryDescription', 'codecommit:ListTagsForResource', 'codecommit:TagResource', 'codecommit:UntagResource',
      'codecommit:GetRepositoryTriggers', 'codecommit:PutRepositoryTriggers', 'codecommit:TestRepositoryTriggers', 'codecommit:GetBranch',
      'codecommit:GetCommit', 'codecommit:UploadArchive', 'codecommit:GetUploadArchiveStatus', 'codecommit:CancelUploadArchive'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:codecommit:${AWS::Region}:${AWS::AccountId}:${repositoryName}',
      { repositoryName: { Ref: 'RepositoryName' } }] } }],
    },
  },
  CodeCommitReadPolicy: {
    parameters: ['RepositoryName'],
    definition: {
      Statement: [{ Action: ['codecommit:GitPull', 'codecommit:GetBranch', 'codecommit:ListBranches', 'codecommit:BatchDescribeMergeConflicts',
      'codecommit:DescribeMergeConflicts', 'codecommit:GetMergeCommit', 'codecommit:GetMergeOptions', 'codecommit:BatchGetPullRequests',
      'codecommit:DescribePullRequestEvents', 'codecommit:GetCommentsForPullRequest', 'codecommit:GetCommitsFromMergeBase',
      'codecommit:GetMergeConflicts', 'codecommit:GetPullRequest', 'codecommit:ListPullRequests', 'codecommit:GetBlob', 'codecommit:GetFile',
      'codecommit:GetFolder', 'codecommit:GetComment', 'codecommit:GetCommentsForComparedCommit', 'codecommit:BatchGetCommits',
      'codecommit:GetCommit', 'codecommit:GetCommitHistory', 'codecommit:GetDifferences', 'codecommit:GetObjectIdentifier',
      'codecommit:GetReferences', 'codecommit:GetTree', 'codecommit:GetRepository', 'codecommit:ListTagsForResource',
      'codecommit:GetRepositoryTriggers', 'codecommit:TestRepositoryTriggers', 'codecommit:GetBranch', 'codecommit:GetCommit',
      'codecommit:GetUploadArchiveStatus'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:codecommit:${AWS::Region}:${AWS::AccountId}:${repositoryName}',
      { repositoryName: { Ref: 'RepositoryName' } }] } }],
    },
  },
  CodePipelineLambdaExecutionPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['codepipeline:PutJobSuccessResult', 'codepipeline:PutJobFailureResult'], Effect: 'Allow', Resource: '*' }],
    },
  },
  CodePipelineReadOnlyPolicy: {
    parameters: ['PipelineName'],
    definition: {
      Statement: [{ Action: ['codepipeline:ListPipelineExecutions'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:codepipeline:${AWS::Region}:${AWS::AccountId}:${pipelinename}',
      { pipelinename: { Ref: 'PipelineName' } }] } }],
    },
  },
  ComprehendBasicAccessPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['comprehend:BatchDetectKeyPhrases', 'comprehend:DetectDominantLanguage', 'comprehend:DetectEntities',
      'comprehend:BatchDetectEntities', 'comprehend:DetectKeyPhrases', 'comprehend:DetectSentiment', 'comprehend:BatchDetectDominantLanguage',
      'comprehend:BatchDetectSentiment'], Effect: 'Allow', Resource: '*' }],
    },
  },
  CostExplorerReadOnlyPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['ce:GetCostAndUsage', 'ce:GetDimensionValues', 'ce:GetReservationCoverage', 'ce:GetReservationPurchaseRecommendation',
      'ce:GetReservationUtilization', 'ce:GetTags'], Effect: 'Allow', Resource: '*' }],
    },
  },
  DynamoDBBackupFullAccessPolicy: {
    parameters: ['TableName'],
    definition: {
      Statement: [{ Action: ['dynamodb:CreateBackup', 'dynamodb:DescribeContinuousBackups'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}',
      { tableName: { Ref: 'TableName' } }] } }, { Action: ['dynamodb:DeleteBackup', 'dynamodb:DescribeBackup', 'dynamodb:ListBackups'],
      Effect: 'Allow', Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/backup/*',
      { tableName: { Ref: 'TableName' } }] } }],
    },
  },
  DynamoDBCrudPolicy: {
    parameters: ['TableName'],
    definition: {
      Statement: [{ Action: ['dynamodb:GetItem', 'dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Scan', 'dynamodb:Query', 'dynamodb:UpdateItem',
      'dynamodb:BatchWriteItem', 'dynamodb:BatchGetItem', 'dynamodb:DescribeTable', 'dynamodb:ConditionCheckItem'], Effect: 'Allow',
      Resource: [{ 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}',
      { tableName: { Ref: 'TableName' } }] },
      { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/index/*',
      { tableName: { Ref: 'TableName' } }] }] }],
    },
  },
  DynamoDBReadPolicy: {
    parameters: ['TableName'],
    definition: {
      Statement: [{ Action: ['dynamodb:GetItem', 'dynamodb:Scan', 'dynamodb:Query', 'dynamodb:BatchGetItem', 'dynamodb:DescribeTable'],
      Effect: 'Allow', Resource: [{ 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}',
      { tableName: { Ref: 'TableName' } }] },
      { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/index/*',
      { tableName: { Ref: 'TableName' } }] }] }],
    },
  },
  DynamoDBReconfigurePolicy: {
    parameters: ['TableName'],
    definition: {
      Statement: [{ Action: ['dynamodb:UpdateTable'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}',
      { tableName: { Ref: 'TableName' } }] } }],
    },
  },
  DynamoDBRestoreFromBackupPolicy: {
    parameters: ['TableName'],
    definition: {
      Statement: [{ Action: ['dynamodb:RestoreTableFromBackup'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/backup/*',
      { tableName: { Ref: 'TableName' } }] } }, { Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:GetItem',
      'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:BatchWriteItem'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}',
      { tableName: { Ref: 'TableName' } }] } }],
    },
  },
  DynamoDBStreamReadPolicy: {
    parameters: ['StreamName', 'TableName'],
    definition: {
      Statement: [{ Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/stream/${streamName}',
      { streamName: { Ref: 'StreamName' }, tableName: { Ref: 'TableName' } }] } }, { Action: ['dynamodb:ListStreams'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/stream/*',
      { tableName: { Ref: 'TableName' } }] } }],
    },
  },
}
