import type { PolicyTemplate } from './template-type.ts'

/** SAM's public policy templates, DynamoDBWritePolicy to KinesisCrudPolicy: parameters, and the statements that they fill. */
export const templates2: Record<string, PolicyTemplate> = {
  DynamoDBWritePolicy: {
    parameters: ['TableName'],
    definition: {
      Statement: [{ Action: ['dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:BatchWriteItem'], Effect: 'Allow',
      Resource: [{ 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}',
      { tableName: { Ref: 'TableName' } }] },
      { 'Fn::Sub': ['arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${tableName}/index/*',
      { tableName: { Ref: 'TableName' } }] }] }],
    },
  },
  EC2CopyImagePolicy: {
    parameters: ['ImageId'],
    definition: {
      Statement: [{ Action: ['ec2:CopyImage'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:ec2:${AWS::Region}:${AWS::AccountId}:image/${imageId}', { imageId: { Ref: 'ImageId' } }] } }],
    },
  },
  EC2DescribePolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['ec2:DescribeRegions', 'ec2:DescribeInstances'], Effect: 'Allow', Resource: '*' }],
    },
  },
  EFSWriteAccessPolicy: {
    parameters: ['AccessPoint', 'FileSystem'],
    definition: {
      Statement: [{ Action: ['elasticfilesystem:ClientMount', 'elasticfilesystem:ClientWrite'],
      Condition: { StringEquals: { 'elasticfilesystem:AccessPointArn': {
      'Fn::Sub': ['arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}:access-point/${AccessPoint}',
      { AccessPoint: { Ref: 'AccessPoint' } }] } } }, Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:elasticfilesystem:${AWS::Region}:${AWS::AccountId}:file-system/${FileSystem}',
      { FileSystem: { Ref: 'FileSystem' } }] } }],
    },
  },
  EKSDescribePolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['eks:DescribeCluster', 'eks:ListClusters'], Effect: 'Allow', Resource: '*' }],
    },
  },
  EcsRunTaskPolicy: {
    parameters: ['TaskDefinition'],
    definition: {
      Statement: [{ Action: ['ecs:RunTask'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task-definition/${taskDefinition}',
      { taskDefinition: { Ref: 'TaskDefinition' } }] } }],
    },
  },
  ElasticMapReduceAddJobFlowStepsPolicy: {
    parameters: ['ClusterId'],
    definition: {
      Statement: [{ Action: 'elasticmapreduce:AddJobFlowSteps', Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${clusterId}',
      { clusterId: { Ref: 'ClusterId' } }] } }],
    },
  },
  ElasticMapReduceCancelStepsPolicy: {
    parameters: ['ClusterId'],
    definition: {
      Statement: [{ Action: 'elasticmapreduce:CancelSteps', Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${clusterId}',
      { clusterId: { Ref: 'ClusterId' } }] } }],
    },
  },
  ElasticMapReduceModifyInstanceFleetPolicy: {
    parameters: ['ClusterId'],
    definition: {
      Statement: [{ Action: ['elasticmapreduce:ModifyInstanceFleet', 'elasticmapreduce:ListInstanceFleets'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${clusterId}',
      { clusterId: { Ref: 'ClusterId' } }] } }],
    },
  },
  ElasticMapReduceModifyInstanceGroupsPolicy: {
    parameters: ['ClusterId'],
    definition: {
      Statement: [{ Action: ['elasticmapreduce:ModifyInstanceGroups', 'elasticmapreduce:ListInstanceGroups'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${clusterId}',
      { clusterId: { Ref: 'ClusterId' } }] } }],
    },
  },
  ElasticMapReduceSetTerminationProtectionPolicy: {
    parameters: ['ClusterId'],
    definition: {
      Statement: [{ Action: 'elasticmapreduce:SetTerminationProtection', Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${clusterId}',
      { clusterId: { Ref: 'ClusterId' } }] } }],
    },
  },
  ElasticMapReduceTerminateJobFlowsPolicy: {
    parameters: ['ClusterId'],
    definition: {
      Statement: [{ Action: 'elasticmapreduce:TerminateJobFlows', Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:elasticmapreduce:${AWS::Region}:${AWS::AccountId}:cluster/${clusterId}',
      { clusterId: { Ref: 'ClusterId' } }] } }],
    },
  },
  ElasticsearchHttpPostPolicy: {
    parameters: ['DomainName'],
    definition: {
      Statement: [{ Action: ['es:ESHttpPost', 'es:ESHttpPut'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:es:${AWS::Region}:${AWS::AccountId}:domain/${domainName}/*',
      { domainName: { Ref: 'DomainName' } }] } }],
    },
  },
  EventBridgePutEventsPolicy: {
    parameters: ['EventBusName'],
    definition: {
      Statement: [{ Action: 'events:PutEvents', Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/${eventBusName}',
      { eventBusName: { Ref: 'EventBusName' } }] } }],
    },
  },
  FilterLogEventsPolicy: {
    parameters: ['LogGroupName'],
    definition: {
      Statement: [{ Action: ['logs:FilterLogEvents'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${logGroupName}:log-stream:*',
      { logGroupName: { Ref: 'LogGroupName' } }] } }],
    },
  },
  FirehoseCrudPolicy: {
    parameters: ['DeliveryStreamName'],
    definition: {
      Statement: [{ Action: ['firehose:CreateDeliveryStream', 'firehose:DeleteDeliveryStream', 'firehose:DescribeDeliveryStream',
      'firehose:PutRecord', 'firehose:PutRecordBatch', 'firehose:UpdateDestination'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:firehose:${AWS::Region}:${AWS::AccountId}:deliverystream/${deliveryStreamName}',
      { deliveryStreamName: { Ref: 'DeliveryStreamName' } }] } }],
    },
  },
  FirehoseWritePolicy: {
    parameters: ['DeliveryStreamName'],
    definition: {
      Statement: [{ Action: ['firehose:PutRecord', 'firehose:PutRecordBatch'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:firehose:${AWS::Region}:${AWS::AccountId}:deliverystream/${deliveryStreamName}',
      { deliveryStreamName: { Ref: 'DeliveryStreamName' } }] } }],
    },
  },
  KMSDecryptPolicy: {
    parameters: ['KeyId'],
    definition: {
      Statement: [{ Action: 'kms:Decrypt', Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${keyId}', { keyId: { Ref: 'KeyId' } }] } }],
    },
  },
  KMSEncryptPolicy: {
    parameters: ['KeyId'],
    definition: {
      Statement: [{ Action: 'kms:Encrypt', Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${keyId}', { keyId: { Ref: 'KeyId' } }] } }],
    },
  },
  KMSEncryptPolicy_v2: {
    parameters: ['KeyId'],
    definition: {
      Statement: [{ Action: ['kms:Encrypt', 'kms:GenerateDataKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:GenerateDataKeyPair',
      'kms:GenerateDataKeyPairWithoutPlaintext'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${keyId}', { keyId: { Ref: 'KeyId' } }] } }],
    },
  },
  KinesisCrudPolicy: {
    parameters: ['StreamName'],
    definition: {
      Statement: [{ Action: ['kinesis:AddTagsToStream', 'kinesis:CreateStream', 'kinesis:DecreaseStreamRetentionPeriod', 'kinesis:DeleteStream',
      'kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:GetShardIterator', 'kinesis:IncreaseStreamRetentionPeriod',
      'kinesis:ListTagsForStream', 'kinesis:MergeShards', 'kinesis:PutRecord', 'kinesis:PutRecords', 'kinesis:SplitShard',
      'kinesis:RemoveTagsFromStream'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/${streamName}',
      { streamName: { Ref: 'StreamName' } }] } }],
    },
  },
}
