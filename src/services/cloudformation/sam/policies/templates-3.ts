import type { PolicyTemplate } from './template-type.ts'

/** SAM's public policy templates, KinesisStreamReadPolicy to SESCrudPolicy: parameters, and the statements that they fill. */
export const templates3: Record<string, PolicyTemplate> = {
  KinesisStreamReadPolicy: {
    parameters: ['StreamName'],
    definition: {
      Statement: [{ Action: ['kinesis:ListStreams', 'kinesis:DescribeLimits'], Effect: 'Allow',
      Resource: { 'Fn::Sub': 'arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/*' } }, { Action: ['kinesis:DescribeStream',
      'kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:kinesis:${AWS::Region}:${AWS::AccountId}:stream/${streamName}',
      { streamName: { Ref: 'StreamName' } }] } }],
    },
  },
  LambdaInvokePolicy: {
    parameters: ['FunctionName'],
    definition: {
      Statement: [{ Action: ['lambda:InvokeFunction'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${functionName}*',
      { functionName: { Ref: 'FunctionName' } }] } }],
    },
  },
  MobileAnalyticsWriteOnlyAccessPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['mobileanalytics:PutEvents'], Effect: 'Allow', Resource: '*' }],
    },
  },
  OrganizationsListAccountsPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['organizations:ListAccounts'], Effect: 'Allow', Resource: '*' }],
    },
  },
  PinpointEndpointAccessPolicy: {
    parameters: ['PinpointApplicationId'],
    definition: {
      Statement: [{ Action: ['mobiletargeting:GetEndpoint', 'mobiletargeting:UpdateEndpoint', 'mobiletargeting:UpdateEndpointsBatch'],
      Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:mobiletargeting:${AWS::Region}:${AWS::AccountId}:apps/${pinpointApplicationId}/endpoints/*',
      { pinpointApplicationId: { Ref: 'PinpointApplicationId' } }] } }],
    },
  },
  PollyFullAccessPolicy: {
    parameters: ['LexiconName'],
    definition: {
      Statement: [{ Action: ['polly:GetLexicon', 'polly:DeleteLexicon'], Effect: 'Allow',
      Resource: [{ 'Fn::Sub': ['arn:${AWS::Partition}:polly:${AWS::Region}:${AWS::AccountId}:lexicon/${lexiconName}',
      { lexiconName: { Ref: 'LexiconName' } }] }] }, { Action: ['polly:DescribeVoices', 'polly:ListLexicons', 'polly:PutLexicon',
      'polly:SynthesizeSpeech'], Effect: 'Allow',
      Resource: [{ 'Fn::Sub': 'arn:${AWS::Partition}:polly:${AWS::Region}:${AWS::AccountId}:lexicon/*' }] }],
    },
  },
  RekognitionDetectOnlyPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['rekognition:DetectFaces', 'rekognition:DetectLabels', 'rekognition:DetectModerationLabels', 'rekognition:DetectText'],
      Effect: 'Allow', Resource: '*' }],
    },
  },
  RekognitionFacesManagementPolicy: {
    parameters: ['CollectionId'],
    definition: {
      Statement: [{ Action: ['rekognition:IndexFaces', 'rekognition:DeleteFaces', 'rekognition:SearchFaces', 'rekognition:SearchFacesByImage',
      'rekognition:ListFaces'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${collectionId}',
      { collectionId: { Ref: 'CollectionId' } }] } }],
    },
  },
  RekognitionFacesPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['rekognition:CompareFaces', 'rekognition:DetectFaces'], Effect: 'Allow', Resource: '*' }],
    },
  },
  RekognitionLabelsPolicy: {
    parameters: [],
    definition: {
      Statement: [{ Action: ['rekognition:DetectLabels', 'rekognition:DetectModerationLabels'], Effect: 'Allow', Resource: '*' }],
    },
  },
  RekognitionNoDataAccessPolicy: {
    parameters: ['CollectionId'],
    definition: {
      Statement: [{ Action: ['rekognition:CompareFaces', 'rekognition:DetectFaces', 'rekognition:DetectLabels',
      'rekognition:DetectModerationLabels'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${collectionId}',
      { collectionId: { Ref: 'CollectionId' } }] } }],
    },
  },
  RekognitionReadPolicy: {
    parameters: ['CollectionId'],
    definition: {
      Statement: [{ Action: ['rekognition:ListCollections', 'rekognition:ListFaces', 'rekognition:SearchFaces', 'rekognition:SearchFacesByImage'],
      Effect: 'Allow', Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${collectionId}',
      { collectionId: { Ref: 'CollectionId' } }] } }],
    },
  },
  RekognitionWriteOnlyAccessPolicy: {
    parameters: ['CollectionId'],
    definition: {
      Statement: [{ Action: ['rekognition:CreateCollection', 'rekognition:IndexFaces'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:rekognition:${AWS::Region}:${AWS::AccountId}:collection/${collectionId}',
      { collectionId: { Ref: 'CollectionId' } }] } }],
    },
  },
  Route53ChangeResourceRecordSetsPolicy: {
    parameters: ['HostedZoneId'],
    definition: {
      Statement: [{ Action: ['route53:ChangeResourceRecordSets'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:route53:::hostedzone/${HostedZoneId}', { HostedZoneId: { Ref: 'HostedZoneId' } }] } }],
    },
  },
  S3CrudPolicy: {
    parameters: ['BucketName'],
    definition: {
      Statement: [{ Action: ['s3:GetObject', 's3:ListBucket', 's3:GetBucketLocation', 's3:GetObjectVersion', 's3:PutObject', 's3:PutObjectAcl',
      's3:GetLifecycleConfiguration', 's3:PutLifecycleConfiguration', 's3:DeleteObject'], Effect: 'Allow',
      Resource: [{ 'Fn::Sub': ['arn:${AWS::Partition}:s3:::${bucketName}', { bucketName: { Ref: 'BucketName' } }] },
      { 'Fn::Sub': ['arn:${AWS::Partition}:s3:::${bucketName}/*', { bucketName: { Ref: 'BucketName' } }] }] }],
    },
  },
  S3FullAccessPolicy: {
    parameters: ['BucketName'],
    definition: {
      Statement: [{ Action: ['s3:GetObject', 's3:GetObjectAcl', 's3:GetObjectVersion', 's3:PutObject', 's3:PutObjectAcl', 's3:DeleteObject',
      's3:DeleteObjectTagging', 's3:DeleteObjectVersionTagging', 's3:GetObjectTagging', 's3:GetObjectVersionTagging', 's3:PutObjectTagging',
      's3:PutObjectVersionTagging'], Effect: 'Allow', Resource: [{ 'Fn::Sub': ['arn:${AWS::Partition}:s3:::${bucketName}/*',
      { bucketName: { Ref: 'BucketName' } }] }] }, { Action: ['s3:ListBucket', 's3:GetBucketLocation', 's3:GetLifecycleConfiguration',
      's3:PutLifecycleConfiguration'], Effect: 'Allow', Resource: [{ 'Fn::Sub': ['arn:${AWS::Partition}:s3:::${bucketName}',
      { bucketName: { Ref: 'BucketName' } }] }] }],
    },
  },
  S3ReadPolicy: {
    parameters: ['BucketName'],
    definition: {
      Statement: [{ Action: ['s3:GetObject', 's3:ListBucket', 's3:GetBucketLocation', 's3:GetObjectVersion', 's3:GetLifecycleConfiguration'],
      Effect: 'Allow', Resource: [{ 'Fn::Sub': ['arn:${AWS::Partition}:s3:::${bucketName}', { bucketName: { Ref: 'BucketName' } }] },
      { 'Fn::Sub': ['arn:${AWS::Partition}:s3:::${bucketName}/*', { bucketName: { Ref: 'BucketName' } }] }] }],
    },
  },
  S3WritePolicy: {
    parameters: ['BucketName'],
    definition: {
      Statement: [{ Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:PutLifecycleConfiguration'], Effect: 'Allow',
      Resource: [{ 'Fn::Sub': ['arn:${AWS::Partition}:s3:::${bucketName}', { bucketName: { Ref: 'BucketName' } }] },
      { 'Fn::Sub': ['arn:${AWS::Partition}:s3:::${bucketName}/*', { bucketName: { Ref: 'BucketName' } }] }] }],
    },
  },
  SESBulkTemplatedCrudPolicy: {
    parameters: ['IdentityName'],
    definition: {
      Statement: [{ Action: ['ses:GetIdentityVerificationAttributes', 'ses:SendEmail', 'ses:SendRawEmail', 'ses:SendTemplatedEmail',
      'ses:SendBulkTemplatedEmail', 'ses:VerifyEmailIdentity'], Effect: 'Allow',
      Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${identityName}',
      { identityName: { Ref: 'IdentityName' } }] } }],
    },
  },
  SESBulkTemplatedCrudPolicy_v2: {
    parameters: ['IdentityName', 'TemplateName'],
    definition: {
      Statement: [{ Action: ['ses:SendEmail', 'ses:SendRawEmail', 'ses:SendTemplatedEmail', 'ses:SendBulkTemplatedEmail'], Effect: 'Allow',
      Resource: [{ 'Fn::Sub': ['arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${identityName}',
      { identityName: { Ref: 'IdentityName' } }] },
      { 'Fn::Sub': ['arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:template/${templateName}',
      { templateName: { Ref: 'TemplateName' } }] }] }, { Action: ['ses:GetIdentityVerificationAttributes', 'ses:VerifyEmailIdentity'],
      Effect: 'Allow', Resource: '*' }],
    },
  },
  SESCrudPolicy: {
    parameters: ['IdentityName'],
    definition: {
      Statement: [{ Action: ['ses:GetIdentityVerificationAttributes', 'ses:SendEmail', 'ses:SendRawEmail', 'ses:VerifyEmailIdentity'],
      Effect: 'Allow', Resource: { 'Fn::Sub': ['arn:${AWS::Partition}:ses:${AWS::Region}:${AWS::AccountId}:identity/${identityName}',
      { identityName: { Ref: 'IdentityName' } }] } }],
    },
  },
}
