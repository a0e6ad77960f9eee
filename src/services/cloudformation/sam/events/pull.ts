import { invalidEvent } from '../errors.ts'
import { isIntrinsic } from '../intrinsics.ts'
import { publishPolicy, putObjectPolicy, sendMessagePolicy } from '../policies/documents.ts'
import { equal, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { expectEvent, generated } from '../resource.ts'
import type { Generated } from '../resource.ts'
import { managedPolicyArn } from '../scope.ts'
import type { Event, EventContext, EventType } from './event.ts'
import { documentDbPolicy, kafkaPolicy, mqPolicy, mskPolicy } from './pull-policies.ts'

const common = {
  BatchSize: 'int', StartingPosition: 'any', StartingPositionTimestamp: 'any', Enabled: 'bool', MaximumBatchingWindowInSeconds: 'int',
  MaximumRetryAttempts: 'int',
  BisectBatchOnFunctionError: 'bool', MaximumRecordAgeInSeconds: 'int', DestinationConfig: 'map', ParallelizationFactor: 'int', Topics: 'list', Queues: 'list',
  SourceAccessConfigurations: 'list', SecretsManagerKmsKeyId: 'str', TumblingWindowInSeconds: 'int', FunctionResponseTypes: 'list',
  KafkaBootstrapServers: 'list',
  FilterCriteria: 'map', KmsKeyArn: 'any', ConsumerGroupId: 'str', ScalingConfig: 'map', ProvisionedPollerConfig: 'map', SchemaRegistryConfig: 'map',
  MetricsConfig: 'map',
  LoggingConfig: 'map',
}

/** Properties of the event that are properties of the mapping too. */
const mapped = [
  'StartingPosition', 'StartingPositionTimestamp', 'BatchSize', 'Enabled', 'MaximumBatchingWindowInSeconds', 'MaximumRetryAttempts',
  'BisectBatchOnFunctionError',
  'MaximumRecordAgeInSeconds', 'ParallelizationFactor', 'Topics', 'Queues', 'SourceAccessConfigurations', 'TumblingWindowInSeconds', 'FunctionResponseTypes',
  'FilterCriteria',
  'KmsKeyArn', 'ScalingConfig', 'ProvisionedPollerConfig', 'MetricsConfig', 'LoggingConfig',
]
const filtered = ['DocumentDB', 'DynamoDB', 'Kinesis', 'MQ', 'MSK', 'SelfManagedKafka', 'SQS']

interface Source {
  /** The property that holds the source's ARN. */
  arn?: string
  managedPolicy?: string
  policies?: (event: Event, parameters: Dict) => Dict[] | undefined
  extra?: (event: Event) => Dict
}

function checkFilter(event: Event): void {
  const filter = event.properties.FilterCriteria
  if (!truthy(filter) || isIntrinsic(filter)) return
  if (!filtered.includes(event.type)) throw invalidEvent(event.name, `FilterCriteria is only available for ${filtered.join(', ')} events.`)
  const keys = Object.keys(filter)
  if (keys.length > 1 || (keys.length === 1 && keys[0] !== 'Filters')) throw invalidEvent(event.name, 'FilterCriteria field has a wrong format')
}

const kafkaConfig: Record<string, string> = { MSK: 'AmazonManagedKafkaEventSourceConfig', SelfManagedKafka: 'SelfManagedKafkaEventSourceConfig' }

function kafkaProperties(event: Event): Dict {
  const { ConsumerGroupId, SchemaRegistryConfig, KafkaBootstrapServers } = event.properties
  const name = kafkaConfig[event.type]
  if (truthy(ConsumerGroupId) && !name) throw invalidEvent(event.id, `Property ConsumerGroupId not defined for resource of type ${event.type}.`)
  const config = { ...truthy(ConsumerGroupId) ? { ConsumerGroupId } : {}, ...truthy(SchemaRegistryConfig) ? { SchemaRegistryConfig } : {} }
  return {
    ...truthy(KafkaBootstrapServers) ? { SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers } } } : {},
    ...name && truthy(config) ? { [name]: config } : {},
  }
}

/** The policy that the role needs for the failure destination; takes SAM's own Type away from it. */
function failurePolicy(event: Event): Dict | undefined {
  const config = event.properties.DestinationConfig
  if (!truthy(config)) return undefined
  const failure = expectEvent(config.OnFailure, event.id, 'DestinationConfig.OnFailure', 'map')
  const type = failure.Type
  if (!truthy(type)) return undefined
  delete failure.Type
  const policies: Record<string, ((arn: Value, id: string) => Dict) | undefined> = {
    SQS: sendMessagePolicy, SNS: publishPolicy, S3: putObjectPolicy, Kafka: undefined
  }
  if (typeof type !== 'string' || !Object.hasOwn(policies, type)) {
    throw invalidEvent(event.id, "The only valid values for 'Type' are 'SQS', 'SNS', 'S3', and 'Kafka'")
  }
  return policies[type]?.(failure.Destination, event.id)
}

function addToRole(context: EventContext, source: Source, event: Event, failure: Dict | undefined): void {
  const arn = source.managedPolicy ? managedPolicyArn(context.sam, `service-role/${source.managedPolicy}`) : undefined
  const own = source.policies?.(event, context.sam.parameters)
  const role = context.role
  if (!role) return
  if (arn && !role.properties.ManagedPolicyArns.some((each: Value) => equal(each, arn))) role.properties.ManagedPolicyArns.push(arn)
  for (const policy of [...own ?? [], ...failure ? [failure] : []]) {
    role.properties.Policies ??= []
    const policies: Dict[] = role.properties.Policies
    if (!policies.some(each => equal(each, policy) || equal(each.PolicyDocument, policy.PolicyDocument))) policies.push(policy)
  }
}

function mapping(source: Source) {
  return (context: EventContext, event: Event): Generated[] => {
    const { target } = context
    const properties: Dict = { FunctionName: target.name, EventSourceArn: source.arn ? event.properties[source.arn] : undefined }
    for (const name of mapped) properties[name] = event.properties[name]
    checkFilter(event)
    Object.assign(properties, kafkaProperties(event))
    const failure = failurePolicy(event)
    if (truthy(event.properties.DestinationConfig)) properties.DestinationConfig = event.properties.DestinationConfig
    Object.assign(properties, source.extra?.(event))
    addToRole(context, source, event, failure)
    return [generated('AWS::Lambda::EventSourceMapping', event.id, properties, target.inherited)]
  }
}

const documentDbConfig = ({ properties }: Event): Dict => ({
  DocumentDBEventSourceConfig: {
    DatabaseName: properties.DatabaseName, ...truthy(properties.CollectionName) ? { CollectionName: properties.CollectionName } : {},
    ...truthy(properties.FullDocument) ? { FullDocument: properties.FullDocument } : {},
  },
})

const stream = { ...common, Stream: 'any!', StartingPosition: 'any!' }

export const pullEvents: Record<string, EventType> = {
  Kinesis: { properties: stream, resources: mapping({ arn: 'Stream', managedPolicy: 'AWSLambdaKinesisExecutionRole' }) },
  DynamoDB: { properties: stream, resources: mapping({ arn: 'Stream', managedPolicy: 'AWSLambdaDynamoDBExecutionRole' }) },
  SQS: { properties: { ...common, Queue: 'any!' }, resources: mapping({ arn: 'Queue', managedPolicy: 'AWSLambdaSQSQueueExecutionRole' }) },
  MSK: { properties: stream, resources: mapping({ arn: 'Stream', managedPolicy: 'AWSLambdaMSKExecutionRole', policies: mskPolicy }) },
  MQ: { properties: { ...common, Broker: 'any!', DynamicPolicyName: 'bool=' }, resources: mapping({ arn: 'Broker', policies: mqPolicy }) },
  SelfManagedKafka: { properties: common, resources: mapping({ policies: kafkaPolicy }) },
  DocumentDB: {
    properties: { ...common, Cluster: 'any!', DatabaseName: 'any!', CollectionName: 'any', FullDocument: 'any' },
    resources: mapping({ arn: 'Cluster', policies: documentDbPolicy, extra: documentDbConfig }),
  },
}

