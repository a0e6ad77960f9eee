import type { Value } from '../python.ts'

/** What a connector grants from one type of resource to another; `%{Source.Arn}` and the like stand for what is known of the two. */
export interface Profile {
  /** The policy of a role, a queue or a topic, or a function's permission. */
  kind: 'role' | 'queue' | 'topic' | 'function'
  /** The resource that carries the policy: the source, or else the destination. */
  isSourcePolicy: boolean
  /** What waits for the policy. */
  dependedBy?: 'SOURCE' | 'DESTINATION_EVENT_SOURCE_MAPPING'
  /** Sets of permissions that may be asked for, where not every one may. */
  combinations?: string[][]
  permissions: Record<string, Value>
}

/** SAM's public connector reference: profiles by the types of source and destination. */
export const profiles: Record<string, Record<string, Profile>> = {
  'AWS::DynamoDB::Table': {
    'AWS::Lambda::Function': {
      kind: 'role', isSourcePolicy: false, dependedBy: 'DESTINATION_EVENT_SOURCE_MAPPING',
      permissions: {
        Read: { Statement: [{ Effect: 'Allow', Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator',
        'dynamodb:ListStreams'], Resource: ['%{Source.Arn}/stream/*'] }] },
      },
    },
  },
  'AWS::Events::Rule': {
    'AWS::SNS::Topic': {
      kind: 'topic', isSourcePolicy: false,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Resource: '%{Destination.Arn}',
        Action: 'sns:Publish', Condition: { ArnEquals: { 'aws:SourceArn': '%{Source.Arn}' } } }] },
      },
    },
    'AWS::Events::EventBus': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
    'AWS::StepFunctions::StateMachine': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['states:StartExecution'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
    'AWS::Lambda::Function': {
      kind: 'function', isSourcePolicy: false,
      permissions: {
        Write: { Action: 'lambda:InvokeFunction', Principal: 'events.amazonaws.com', SourceArn: '%{Source.Arn}' },
      },
    },
    'AWS::SQS::Queue': {
      kind: 'queue', isSourcePolicy: false,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Resource: '%{Destination.Arn}',
        Action: 'sqs:SendMessage', Condition: { ArnEquals: { 'aws:SourceArn': '%{Source.Arn}' } } }] },
      },
    },
  },
  'AWS::Lambda::Function': {
    'AWS::Lambda::Function': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['lambda:InvokeAsync', 'lambda:InvokeFunction'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
    'AWS::S3::Bucket': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Read: { Statement: [{ Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectLegalHold', 's3:GetObjectRetention',
        's3:GetObjectTorrent', 's3:GetObjectVersion', 's3:GetObjectVersionAcl', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionTorrent',
        's3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions', 's3:ListMultipartUploadParts'], Resource: ['%{Destination.Arn}',
        '%{Destination.Arn}/*'] }] },
        Write: { Statement: [{ Effect: 'Allow', Action: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObject',
        's3:PutObjectLegalHold', 's3:PutObjectRetention', 's3:RestoreObject'], Resource: ['%{Destination.Arn}', '%{Destination.Arn}/*'] }] },
      },
    },
    'AWS::DynamoDB::Table': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Read: { Statement: [{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem', 'dynamodb:PartiQLSelect'], Resource: ['%{Destination.Arn}', '%{Destination.Arn}/index/*'] }] },
        Write: { Statement: [{ Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem',
        'dynamodb:PartiQLDelete', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'], Resource: ['%{Destination.Arn}',
        '%{Destination.Arn}/index/*'] }] },
      },
    },
    'AWS::SQS::Queue': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Read: { Statement: [{ Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'], Resource: ['%{Destination.Arn}'] }] },
        Write: { Statement: [{ Effect: 'Allow', Action: ['sqs:DeleteMessage', 'sqs:SendMessage', 'sqs:ChangeMessageVisibility', 'sqs:PurgeQueue'],
        Resource: ['%{Destination.Arn}'] }] },
      },
    },
    'AWS::SNS::Topic': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['sns:Publish'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
    'AWS::StepFunctions::StateMachine': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['states:StartExecution', 'states:StartSyncExecution'], Resource: ['%{Destination.Arn}'] },
        { Effect: 'Allow', Action: ['states:StopExecution'],
        Resource: ['arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:%{Destination.Name}:*'] }] },
        Read: { Statement: [{ Effect: 'Allow', Action: ['states:DescribeStateMachine', 'states:ListExecutions'], Resource: ['%{Destination.Arn}'] },
        { Effect: 'Allow', Action: ['states:DescribeExecution', 'states:DescribeStateMachineForExecution', 'states:GetExecutionHistory'],
        Resource: ['arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:%{Destination.Name}:*'] }] },
      },
    },
    'AWS::Events::EventBus': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
    'AWS::Location::PlaceIndex': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Read: { Statement: [{ Effect: 'Allow', Action: ['geo:DescribePlaceIndex', 'geo:GetPlace', 'geo:SearchPlaceIndexForPosition',
        'geo:SearchPlaceIndexForSuggestions', 'geo:SearchPlaceIndexForText'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
  },
  'AWS::ApiGatewayV2::Api': {
    'AWS::Lambda::Function': {
      kind: 'function', isSourcePolicy: false,
      permissions: {
        Write: { Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com',
        SourceArn: 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:%{Source.ResourceId}/%{Source.Qualifier}' },
      },
    },
  },
  'AWS::ApiGateway::RestApi': {
    'AWS::Lambda::Function': {
      kind: 'function', isSourcePolicy: false,
      permissions: {
        Write: { Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com',
        SourceArn: 'arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:%{Source.ResourceId}/%{Source.Qualifier}' },
      },
    },
  },
  'AWS::SNS::Topic': {
    'AWS::SQS::Queue': {
      kind: 'queue', isSourcePolicy: false,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Principal: { Service: 'sns.amazonaws.com' }, Resource: '%{Destination.Arn}',
        Action: 'sqs:SendMessage', Condition: { ArnEquals: { 'aws:SourceArn': '%{Source.Arn}' } } }] },
      },
    },
    'AWS::Lambda::Function': {
      kind: 'function', isSourcePolicy: false,
      permissions: {
        Write: { Action: 'lambda:InvokeFunction', Principal: 'sns.amazonaws.com', SourceArn: '%{Source.Arn}' },
      },
    },
  },
  'AWS::SQS::Queue': {
    'AWS::Lambda::Function': {
      kind: 'role', isSourcePolicy: false, dependedBy: 'DESTINATION_EVENT_SOURCE_MAPPING', combinations: [['Read', 'Write']],
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['sqs:DeleteMessage'], Resource: ['%{Source.Arn}'] }] },
        Read: { Statement: [{ Effect: 'Allow', Action: ['sqs:ReceiveMessage', 'sqs:GetQueueAttributes'], Resource: ['%{Source.Arn}'] }] },
      },
    },
  },
  'AWS::S3::Bucket': {
    'AWS::Lambda::Function': {
      kind: 'function', isSourcePolicy: false,
      permissions: {
        Write: { Action: 'lambda:InvokeFunction', Principal: 's3.amazonaws.com', SourceArn: '%{Source.Arn}', SourceAccount: '${AWS::AccountId}' },
      },
    },
  },
  'AWS::StepFunctions::StateMachine': {
    'AWS::Lambda::Function': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['lambda:InvokeAsync', 'lambda:InvokeFunction'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
    'AWS::SNS::Topic': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['sns:Publish'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
    'AWS::SQS::Queue': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
    'AWS::S3::Bucket': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Read: { Statement: [{ Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectLegalHold', 's3:GetObjectRetention',
        's3:GetObjectTorrent', 's3:GetObjectVersion', 's3:GetObjectVersionAcl', 's3:GetObjectVersionForReplication', 's3:GetObjectVersionTorrent',
        's3:ListBucket', 's3:ListBucketMultipartUploads', 's3:ListBucketVersions', 's3:ListMultipartUploadParts'], Resource: ['%{Destination.Arn}',
        '%{Destination.Arn}/*'] }] },
        Write: { Statement: [{ Effect: 'Allow', Action: ['s3:AbortMultipartUpload', 's3:DeleteObject', 's3:DeleteObjectVersion', 's3:PutObject',
        's3:PutObjectLegalHold', 's3:PutObjectRetention', 's3:RestoreObject'], Resource: ['%{Destination.Arn}', '%{Destination.Arn}/*'] }] },
      },
    },
    'AWS::DynamoDB::Table': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Read: { Statement: [{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem', 'dynamodb:PartiQLSelect'], Resource: ['%{Destination.Arn}', '%{Destination.Arn}/index/*'] }] },
        Write: { Statement: [{ Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem',
        'dynamodb:PartiQLDelete', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'], Resource: ['%{Destination.Arn}',
        '%{Destination.Arn}/index/*'] }] },
      },
    },
    'AWS::StepFunctions::StateMachine': {
      kind: 'role', isSourcePolicy: true, dependedBy: 'SOURCE', combinations: [['Read'], ['Read', 'Write']],
      permissions: {
        Read: { Statement: [{ Effect: 'Allow', Action: ['states:DescribeExecution'],
        Resource: ['arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:%{Destination.Name}:*'] }, { Effect: 'Allow',
        Action: ['events:DescribeRule'],
        Resource: ['arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule'] }] },
        Write: { Statement: [{ Effect: 'Allow', Action: ['states:StartExecution'], Resource: ['%{Destination.Arn}'] }, { Effect: 'Allow',
        Action: ['states:StopExecution'],
        Resource: ['arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:%{Destination.Name}:*'] }, { Effect: 'Allow',
        Action: ['events:PutTargets', 'events:PutRule'],
        Resource: ['arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule'] }] },
      },
    },
    'AWS::Events::EventBus': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
  },
  'AWS::AppSync::DataSource': {
    'AWS::DynamoDB::Table': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Read: { Statement: [{ Effect: 'Allow', Action: ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:Scan', 'dynamodb:BatchGetItem',
        'dynamodb:ConditionCheckItem', 'dynamodb:PartiQLSelect'], Resource: ['%{Destination.Arn}', '%{Destination.Arn}/index/*'] }] },
        Write: { Statement: [{ Effect: 'Allow', Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem', 'dynamodb:BatchWriteItem',
        'dynamodb:PartiQLDelete', 'dynamodb:PartiQLInsert', 'dynamodb:PartiQLUpdate'], Resource: ['%{Destination.Arn}',
        '%{Destination.Arn}/index/*'] }] },
      },
    },
    'AWS::Lambda::Function': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['lambda:InvokeAsync', 'lambda:InvokeFunction'], Resource: ['%{Destination.Arn}',
        '%{Destination.Arn}:*'] }] },
      },
    },
    'AWS::Events::EventBus': {
      kind: 'role', isSourcePolicy: true,
      permissions: {
        Write: { Statement: [{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: ['%{Destination.Arn}'] }] },
      },
    },
  },
  'AWS::AppSync::GraphQLApi': {
    'AWS::Lambda::Function': {
      kind: 'function', isSourcePolicy: false,
      permissions: {
        Write: { Action: 'lambda:InvokeFunction', Principal: 'appsync.amazonaws.com',
        SourceArn: 'arn:${AWS::Partition}:appsync:${AWS::Region}:${AWS::AccountId}:apis/%{Source.ResourceId}' },
      },
    },
  },
}
