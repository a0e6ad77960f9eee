import { invalidEvent, invalidResource } from '../errors.ts'
import { conditional, getAtt, logicalIdOf, ref, resolveParameters, sub } from '../intrinsics.ts'
import { queuePolicy } from '../policies/documents.ts'
import { equal, isDict, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { attributesOf, expectEvent, expectResource, generated, tagList } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { permission } from './event.ts'
import type { Event, EventContext, EventType } from './event.ts'
import { pullEvents } from './pull.ts'

const asList = (value: Value): Value[] => Array.isArray(value) ? value : [value]

/** The resource of the template that the event names by Ref. */
function referenced(sam: Sam, value: Value): { id: string, resource: Dict } | undefined {
  const id = isDict(value) ? value.Ref : undefined
  return typeof id === 'string' && Object.hasOwn(sam.source.Resources, id) ? { id, resource: sam.source.Resources[id] } : undefined
}

function linkBucket(sam: Sam, event: Event): { id: string, resource: Dict } {
  const bucket = event.properties.Bucket
  if (isDict(bucket) && 'Ref' in bucket && typeof bucket.Ref !== 'string') throw invalidEvent(event.name, "'Ref' value in S3 events is not a valid string.")
  const found = referenced(sam, bucket)
  if (!found) throw invalidEvent(event.name, 'S3 events must reference an S3 bucket in the same template.')
  return found
}

const existing = (id: string, resource: Dict): Generated => {
  if (!isDict(resource.Properties ?? {})) throw invalidResource(id, 'Properties of a resource must be an object.')
  return generated(resource.Type, id, resource.Properties ?? {}, attributesOf(resource), resource.DependsOn)
}

function s3({ sam, target }: EventContext, event: Event): Generated[] {
  const { id, resource } = linkBucket(sam, event)
  const permit = permission(target, `${event.id}Permission`, 's3.amazonaws.com', { SourceAccount: ref('AWS::AccountId') })
  if ('Condition' in permit.attributes) dependByTag(id, resource, permit)
  else {
    const before = Object.hasOwn(resource, 'DependsOn') ? asList(resource.DependsOn) : []
    if (!before.every(each => typeof each === 'string')) {
      throw invalidResource(event.id, "Invalid type for field 'DependsOn'. Expected a string or list of strings.")
    }
    resource.DependsOn = [...new Set([...before, permit.id])]
  }
  notify(event, id, resource, target)
  if (!Object.hasOwn(resource, 'Type')) throw invalidResource(id, "Resource dict missing key 'Type'.")
  if (resource.Type !== 'AWS::S3::Bucket') throw invalidResource(id, `Resource has incorrect Type; expected 'AWS::S3::Bucket', got '${resource.Type}'`)
  return [permit, existing(id, resource)]
}

/** DependsOn may not name a resource that a condition may leave out; a tag that refers to it makes the same order. */
function dependByTag(id: string, bucket: Dict, permit: Generated): void {
  bucket.Properties ??= {}
  bucket.Properties.Tags ??= []
  expectResource(bucket.Properties.Tags, id, 'Tags', 'list')
  const value = { 'Fn::If': [permit.attributes.Condition, ref(permit.id), 'no dependency'] }
  bucket.Properties.Tags = [...bucket.Properties.Tags, ...tagList({ [`sam:ConditionalDependsOn:${permit.id}`]: value })]
}

function notify(event: Event, id: string, bucket: Dict, target: EventContext['target']): void {
  const properties = expectResource(bucket.Properties ?? {}, id, '', 'map', 'Properties should be a map.')
  bucket.Properties = properties
  properties.NotificationConfiguration ??= {}
  const configuration = expectResource(properties.NotificationConfiguration, id, 'NotificationConfiguration', 'map')
  configuration.LambdaConfigurations ??= []
  if (!Array.isArray(configuration.LambdaConfigurations)) throw invalidResource(id, 'Invalid type for LambdaConfigurations. Must be a list.')
  for (const Event of asList(event.properties.Events)) {
    const plain: Dict = { Function: target.arn, ...event.properties.Filter ? { Filter: event.properties.Filter } : {}, Event }
    const entry = 'Condition' in target.attributes ? conditional(target.attributes.Condition, plain) : plain
    if (!configuration.LambdaConfigurations.some((each: Value) => equal(each, entry))) configuration.LambdaConfigurations.push(entry)
  }
}

function subscription({ target }: EventContext, event: Event, protocol: string, endpoint: Value): Generated {
  const { Topic, Region, FilterPolicy, FilterPolicyScope, RedrivePolicy } = event.properties
  return generated('AWS::SNS::Subscription', event.id,
    { Protocol: protocol, Endpoint: endpoint, TopicArn: Topic, Region, FilterPolicy, FilterPolicyScope, RedrivePolicy }, target.inherited)
}

function sns(context: EventContext, event: Event): Generated[] {
  const { sam, target } = context
  const { Topic, SqsSubscription } = event.properties
  if (!truthy(SqsSubscription)) {
    return [permission(target, `${event.id}Permission`, 'sns.amazonaws.com', { SourceArn: Topic }), subscription(context, event, 'lambda', target.arn)]
  }
  if (typeof SqsSubscription === 'boolean') {
    const queueId = `${event.id}Queue`
    const queue = getAtt(queueId, 'Arn')
    const fifo = isFifoTopic(sam, Topic)
    return [
      ...queueMapping(context, event, queue, undefined), generated('AWS::SQS::Queue', queueId, fifo ? { FifoQueue: fifo } : {}, target.inherited),
      topicQueuePolicy(context, event, queue, ref(queueId), undefined), subscription(context, event, 'sqs', queue),
    ]
  }
  const { QueueArn, QueueUrl, QueuePolicyLogicalId, BatchSize } = expectEvent(SqsSubscription, event.name, 'SqsSubscription', 'map')
  if (!truthy(QueueArn) || !truthy(QueueUrl)) throw invalidEvent(event.name, 'No QueueARN or QueueURL provided.')
  const policy = topicQueuePolicy(context, event, QueueArn, QueueUrl, QueuePolicyLogicalId)
  return [...queueMapping(context, event, QueueArn, BatchSize), policy, subscription(context, event, 'sqs', QueueArn)]
}

function isFifoTopic(sam: Sam, topic: Value): Value {
  const id = logicalIdOf(topic)
  return id ? resolveParameters(sam.source.Resources[id]?.Properties?.FifoTopic ?? false, sam.parameters) : false
}

const topicQueuePolicy = ({ target }: EventContext, event: Event, arn: Value, url: Value, id: string | undefined): Generated =>
  generated(
    'AWS::SQS::QueuePolicy', id || `${event.id}QueuePolicy`, { PolicyDocument: queuePolicy('*', event.properties.Topic, arn), Queues: [url] }, target.inherited
  )

const queueMapping = (context: EventContext, event: Event, Queue: Value, BatchSize: Value): Generated[] => pullEvents.SQS!.resources(context, {
  ...event, id: `${event.id}EventSourceMapping`, type: 'SQS', properties: { Queue, BatchSize: BatchSize || 10, Enabled: true },
})

function iotRule({ sam, target }: EventContext, event: Event): Generated[] {
  const SourceArn = sub(`arn:${sam.partition}:iot:\${AWS::Region}:\${AWS::AccountId}:rule/\${RuleName}`, { RuleName: ref(event.id) })
  const { Sql, AwsIotSqlVersion } = event.properties
  const payload = { Sql, RuleDisabled: false, Actions: [{ Lambda: { FunctionArn: target.arn } }], ...AwsIotSqlVersion ? { AwsIotSqlVersion } : {} }
  return [
    permission(target, `${event.id}Permission`, 'iot.amazonaws.com', { SourceArn, SourceAccount: sub('${AWS::AccountId}') }),
    generated('AWS::IoT::TopicRule', event.id, { TopicRulePayload: payload }, target.inherited),
  ]
}

function linkUserPool(sam: Sam, event: Event): { id: string, resource: Dict } {
  const pool = event.properties.UserPool
  if (isDict(pool) && 'Ref' in pool && typeof pool.Ref !== 'string') throw invalidEvent(event.id, 'Ref in Userpool is not a string.')
  const found = referenced(sam, pool)
  if (!found) throw invalidEvent(event.name, 'Cognito events must reference a Cognito UserPool in the same template.')
  return found
}

function cognito({ sam, target }: EventContext, event: Event): Generated[] {
  const { id, resource } = linkUserPool(sam, event)
  const permit = permission(target, `${target.id}CognitoPermission`, 'cognito-idp.amazonaws.com', { SourceArn: getAtt(id, 'Arn') })
  resource.Properties ??= {}
  resource.Properties.LambdaConfig ??= {}
  const config = expectResource(resource.Properties.LambdaConfig, id, 'LambdaConfig', 'map')
  for (const trigger of asList(event.properties.Trigger)) {
    if (Object.hasOwn(config, trigger)) throw invalidEvent(event.name, `Cognito trigger "${event.properties.Trigger}" defined multiple times.`)
    config[trigger] = target.arn
  }
  return [permit, existing(id, resource)]
}

function logs({ sam, target }: EventContext, event: Event): Generated[] {
  const { LogGroupName, FilterPattern } = event.properties
  const SourceArn = sub(`arn:${sam.partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:\${__LogGroupName__}:*`, { __LogGroupName__: LogGroupName })
  const permit = permission(target, `${event.id}Permission`, 'logs.amazonaws.com', { SourceArn })
  return [
    permit, generated('AWS::Logs::SubscriptionFilter', event.id, { LogGroupName, FilterPattern, DestinationArn: target.arn }, target.inherited, [permit.id])
  ]
}

export const pushEvents: Record<string, EventType> = {
  S3: { properties: { Bucket: 'str!', Events: 'str|[str]!=', Filter: '{str}' }, link: linkBucket, resources: s3 },
  SNS: {
    properties: { Topic: 'str!', Region: 'str', FilterPolicy: 'any', FilterPolicyScope: 'any', SqsSubscription: 'bool|map', RedrivePolicy: 'map' },
    resources: sns,
  },
  AlexaSkill: {
    properties: { SkillId: 'str' },
    resources: ({ target }, event) => [permission(target, `${event.id}Permission`, 'alexa-appkit.amazon.com', { EventSourceToken: event.properties.SkillId })],
  },
  IoTRule: { properties: { Sql: 'str!', AwsIotSqlVersion: 'str' }, resources: iotRule },
  Cognito: { properties: { UserPool: 'str!', Trigger: 'str|[str]!=' }, link: linkUserPool, resources: cognito },
  CloudWatchLogs: { properties: { LogGroupName: 'str!', FilterPattern: 'str!' }, resources: logs },
}

