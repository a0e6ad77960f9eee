import { lifecycleRule, type CloudFormationRule } from './cloudformation-lifecycle.ts'
import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { tagsFromList, tagsToList, userTags } from '../../platform/tags.ts'
import { standingBucketPolicies, standingBuckets } from './cloudformation-standing.ts'

interface BucketProperties {
  BucketName?: string
  VersioningConfiguration?: { Status: 'Enabled' | 'Suspended' }
  PublicAccessBlockConfiguration?: Record<string, boolean | string>
  BucketEncryption?: {
    ServerSideEncryptionConfiguration: {
      ServerSideEncryptionByDefault?: { SSEAlgorithm: 'AES256' | 'aws:kms', KMSMasterKeyID?: string }, BucketKeyEnabled?: boolean
    }[]
  }
  OwnershipControls?: { Rules: { ObjectOwnership: 'BucketOwnerEnforced' }[] }
  AccessControl?: string
  CorsConfiguration?: { CorsRules: CloudFormationCorsRule[] }
  LifecycleConfiguration?: { Rules: CloudFormationRule[] }
  NotificationConfiguration?: CloudFormationNotifications
  Tags?: { Key: string, Value: string }[]
}

interface CloudFormationDestination { Event: string, Filter?: { S3Key: { Rules: { Name: string, Value: string }[] } } }

interface CloudFormationNotifications {
  LambdaConfigurations?: (CloudFormationDestination & { Function: string })[]
  QueueConfigurations?: (CloudFormationDestination & { Queue: string })[]
  TopicConfigurations?: (CloudFormationDestination & { Topic: string })[]
  EventBridgeConfiguration?: { EventBridgeEnabled?: boolean | string }
}

/** Notifications as the API has them. */
function notificationsOf({ LambdaConfigurations, QueueConfigurations, TopicConfigurations, EventBridgeConfiguration }: CloudFormationNotifications = {}) {
  const common = ({ Event, Filter }: CloudFormationDestination) => ({
    Events: [Event as 's3:ObjectCreated:*'], ...Filter && { Filter: { Key: { FilterRules: Filter.S3Key.Rules as never[] } } }
  })
  return {
    ...LambdaConfigurations && { LambdaFunctionConfigurations: LambdaConfigurations.map(each => ({ ...common(each), LambdaFunctionArn: each.Function })) },
    ...QueueConfigurations && { QueueConfigurations: QueueConfigurations.map(each => ({ ...common(each), QueueArn: each.Queue })) },
    ...TopicConfigurations && { TopicConfigurations: TopicConfigurations.map(each => ({ ...common(each), TopicArn: each.Topic })) },
    ...EventBridgeConfiguration && isTrue(EventBridgeConfiguration.EventBridgeEnabled ?? true) && { EventBridgeConfiguration: {} },
  }
}

interface CloudFormationCorsRule {
  AllowedHeaders?: string[]
  AllowedMethods: string[]
  AllowedOrigins: string[]
  ExposedHeaders?: string[]
  Id?: string
  MaxAge?: number | string
}

const corsRule = ({ Id, MaxAge, ExposedHeaders, ...rule }: CloudFormationCorsRule) => ({
  ...rule, ...Id !== undefined && { ID: Id }, ...ExposedHeaders && { ExposeHeaders: ExposedHeaders },
  ...MaxAge !== undefined && { MaxAgeSeconds: Number(MaxAge) },
})

const isTrue = (value: unknown) => value === true || value === 'true'

async function configure({ aws, tags }: ResourceContext, Bucket: string, properties: BucketProperties, previous?: BucketProperties): Promise<void> {
  if (properties.AccessControl !== undefined && properties.AccessControl !== 'Private') {
    throw new Error(`The access control list ${properties.AccessControl} is not supported by Fogbank.`)
  }
  const status = properties.VersioningConfiguration?.Status ?? (previous?.VersioningConfiguration?.Status === 'Enabled' ? 'Suspended' : undefined)
  if (status) await aws.s3.PutBucketVersioning({ Bucket, VersioningConfiguration: { Status: status } })
  const block = properties.PublicAccessBlockConfiguration
  if (block) {
    const PublicAccessBlockConfiguration = Object.fromEntries(Object.entries(block).map(([name, value]) => [name, isTrue(value)]))
    await aws.s3.PutPublicAccessBlock({ Bucket, PublicAccessBlockConfiguration })
  }
  const encryption = properties.BucketEncryption?.ServerSideEncryptionConfiguration
  if (encryption) {
    const Rules = encryption.map(
      rule => ({ ApplyServerSideEncryptionByDefault: rule.ServerSideEncryptionByDefault, BucketKeyEnabled: isTrue(rule.BucketKeyEnabled) })
    )
    await aws.s3.PutBucketEncryption({ Bucket, ServerSideEncryptionConfiguration: { Rules } })
  } else if (previous?.BucketEncryption) await aws.s3.DeleteBucketEncryption({ Bucket })
  const cors = properties.CorsConfiguration?.CorsRules.map(corsRule)
  if (cors) await aws.s3.PutBucketCors({ Bucket, CORSConfiguration: { CORSRules: cors } })
  else if (previous?.CorsConfiguration) await aws.s3.DeleteBucketCors({ Bucket })
  const lifecycle = properties.LifecycleConfiguration?.Rules.map(lifecycleRule)
  if (lifecycle) await aws.s3.PutBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration: { Rules: lifecycle } })
  else if (previous?.LifecycleConfiguration) await aws.s3.DeleteBucketLifecycle({ Bucket })
  if (properties.NotificationConfiguration ?? previous?.NotificationConfiguration) {
    await aws.s3.PutBucketNotificationConfiguration({ Bucket, NotificationConfiguration: notificationsOf(properties.NotificationConfiguration) })
  }
  if (properties.OwnershipControls) await aws.s3.PutBucketOwnershipControls({ Bucket, OwnershipControls: properties.OwnershipControls })
  const all = userTags({ ...tags, ...tagsFromList(properties.Tags) })
  if (Object.keys(all).length > 0) await aws.s3.PutBucketTagging({ Bucket, Tagging: { TagSet: tagsToList(all) } })
  else if (previous) await aws.s3.DeleteBucketTagging({ Bucket })
}

function created({ partition, region }: ResourceContext, id: string) {
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return { id, attributes: {
    Arn: `arn:${partition}:s3:::${id}`, DomainName: `${id}.s3.${suffix}`, RegionalDomainName: `${id}.s3.${region}.${suffix}`,
    DualStackDomainName: `${id}.s3.dualstack.${region}.${suffix}`, WebsiteURL: `http://${id}.s3-website-${region}.${suffix}`,
  } }
}

const bucket: ResourceType<BucketProperties> = {
  ...standingBuckets,
  attributes: async (resource, id) => created(resource, id).attributes,
  properties: {
    BucketName: 'optional', VersioningConfiguration: 'optional', PublicAccessBlockConfiguration: 'optional', BucketEncryption: 'optional',
    OwnershipControls: 'optional',
    AccessControl: 'optional', CorsConfiguration: 'optional', LifecycleConfiguration: 'optional', NotificationConfiguration: 'optional', Tags: 'optional',
  },
  createOnly: ['BucketName'],
  async create(resource, properties) {
    const { aws, region, generatedName } = resource
    const Bucket = properties.BucketName ?? generatedName(63, { lowerCase: true })
    await aws.s3.CreateBucket({ Bucket, ...region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: region as 'eu-west-1' } } })
    await configure(resource, Bucket, properties)
    return created(resource, Bucket)
  },
  async update(resource, id, properties, previous) {
    await configure(resource, id, properties, previous)
    return created(resource, id)
  },
  async delete({ aws }, id) {
    await aws.s3.DeleteBucket({ Bucket: id }).catch(unlessGone)
  },
}

const bucketPolicy: ResourceType<{ Bucket: string, PolicyDocument: object | string }> = {
  ...standingBucketPolicies,
  properties: { Bucket: 'required', PolicyDocument: 'required' },
  createOnly: ['Bucket'],
  async create({ aws }, { Bucket, PolicyDocument }) {
    await aws.s3.PutBucketPolicy({ Bucket, Policy: typeof PolicyDocument === 'string' ? PolicyDocument : JSON.stringify(PolicyDocument) })
    return { id: Bucket }
  },
  async update(resource, _id, properties) {
    return bucketPolicy.create(resource, properties)
  },
  async delete({ aws }, id) {
    await aws.s3.DeleteBucketPolicy({ Bucket: id }).catch(unlessGone)
  },
}

function unlessGone(error: Error): void {
  if (error.name !== 'NoSuchBucket') throw error
}

export const resourceTypes = { 'AWS::S3::Bucket': bucket, 'AWS::S3::BucketPolicy': bucketPolicy }
