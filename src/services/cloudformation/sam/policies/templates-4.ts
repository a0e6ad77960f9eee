import type { PolicyTemplate } from './template-type.ts'

/** SAM's public policy templates, SESEmailTemplateCrudPolicy to VPCAccessPolicy: parameters, and the statements that they fill. */
export const templates4: Record<string, PolicyTemplate> = {
  SESEmailTemplateCrudPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['ses:CreateTemplate', 'ses:GetTemplate', 'ses:ListTemplates', 'ses:UpdateTemplate', 'ses:DeleteTemplate',
      'ses:TestRenderTemplate'], Effect: 'Allow', Resource: '*' }],
    },
  },
  SESSendBouncePolicy: {
    parameters: ['IdentityName'],
    definition: {
      Statement: [{ Action: ['ses:SendBounce'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${identityName}',
      { identityName: { Ref: 'IdentityName' } }] } }],
    },
  },
  SNSCrudPolicy: {
    parameters: ['TopicName'],
    definition: {
      Statement: [{ Action: ['sns:ListSubscriptionsByTopic', 'sns:CreateTopic', 'sns:SetTopicAttributes', 'sns:Subscribe', 'sns:Publish'],
      Effect: 'Allow', Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${topicName}*',
      { topicName: { Ref: 'TopicName' } }] } }],
    },
  },
  SNSPublishMessagePolicy: {
    parameters: ['TopicName'],
    definition: {
      Statement: [{ Action: ['sns:Publish'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:${topicName}', { topicName: { Ref: 'TopicName' } }] } }],
    },
  },
  SQSPollerPolicy: {
    parameters: ['QueueName'],
    definition: {
      Statement: [{ Action: ['sqs:ChangeMessageVisibility', 'sqs:ChangeMessageVisibilityBatch', 'sqs:DeleteMessage', 'sqs:DeleteMessageBatch',
      'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${queueName}', { queueName: { Ref: 'QueueName' } }] } }],
    },
  },
  SQSSendMessagePolicy: {
    parameters: ['QueueName'],
    definition: {
      Statement: [{ Action: ['sqs:SendMessage*'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${queueName}', { queueName: { Ref: 'QueueName' } }] } }],
    },
  },
  SSMParameterReadPolicy: {
    parameters: ['ParameterName'],
    definition: {
      Statement: [{ Action: ['ssm:DescribeParameters'], Effect: 'Allow', Resource: '*' }, { Action: ['ssm:GetParameters', 'ssm:GetParameter',
      'ssm:GetParametersByPath'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/${parameterName}',
      { parameterName: { Ref: 'ParameterName' } }] } }],
    },
  },
  SSMParameterWithSlashPrefixReadPolicy: {
    parameters: ['ParameterName'],
    definition: {
      Statement: [{ Action: ['ssm:DescribeParameters'], Effect: 'Allow', Resource: '*' }, { Action: ['ssm:GetParameters', 'ssm:GetParameter',
      'ssm:GetParametersByPath'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${parameterName}',
      { parameterName: { Ref: 'ParameterName' } }] } }],
    },
  },
  SageMakerCreateEndpointConfigPolicy: {
    parameters: ['EndpointConfigName'],
    definition: {
      Statement: [{ Action: ['sagemaker:CreateEndpointConfig'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:endpoint-config/${endpointConfigName}',
      { endpointConfigName: { Ref: 'EndpointConfigName' } }] } }],
    },
  },
  SageMakerCreateEndpointPolicy: {
    parameters: ['EndpointName'],
    definition: {
      Statement: [{ Action: ['sagemaker:CreateEndpoint'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:sagemaker:${AWS::Region}:${AWS::AccountId}:endpoint/${endpointName}',
      { endpointName: { Ref: 'EndpointName' } }] } }],
    },
  },
  ServerlessRepoReadWriteAccessPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['serverlessrepo:CreateApplication', 'serverlessrepo:CreateApplicationVersion', 'serverlessrepo:UpdateApplication',
      'serverlessrepo:GetApplication', 'serverlessrepo:ListApplications', 'serverlessrepo:ListApplicationVersions',
      'serverlessrepo:ListApplicationDependencies'], Effect: 'Allow',
      Resource: [{ 'Fn::Sub': 'arn:${AWS::Partition}:serverlessrepo:${AWS::Region}:${AWS::AccountId}:applications/*' }] }],
    },
  },
  StepFunctionsCallbackPolicy: {
    parameters: ['StateMachineName'],
    definition: {
      Statement: [{ Action: ['states:SendTaskFailure', 'states:SendTaskHeartbeat', 'states:SendTaskSuccess'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${stateMachineName}',
      { stateMachineName: { Ref: 'StateMachineName' } }] } }],
    },
  },
  StepFunctionsExecutionPolicy: {
    parameters: ['StateMachineName'],
    definition: {
      Statement: [{ Action: ['states:StartExecution'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${stateMachineName}',
      { stateMachineName: { Ref: 'StateMachineName' } }] } }],
    },
  },
  StepFunctionsExecutionPolicy_v2: {
    parameters: ['StateMachineName'],
    definition: {
      Statement: [{ Action: ['states:StartExecution', 'states:StartSyncExecution'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:${stateMachineName}',
      { stateMachineName: { Ref: 'StateMachineName' } }] } }],
    },
  },
  TextractDetectAnalyzePolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['textract:DetectDocumentText', 'textract:StartDocumentTextDetection', 'textract:StartDocumentAnalysis',
      'textract:AnalyzeDocument'], Effect: 'Allow', Resource: '*' }],
    },
  },
  TextractGetResultPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['textract:GetDocumentTextDetection', 'textract:GetDocumentAnalysis'], Effect: 'Allow', Resource: '*' }],
    },
  },
  TextractPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['textract:*'], Effect: 'Allow', Resource: '*' }],
    },
  },
  VPCAccessPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeNetworkInterfaces',
      'ec2:DetachNetworkInterface'], Effect: 'Allow', Resource: '*' }],
    },
  },
}
