import type { MetricTransformation, StandardUnit } from '@aws-sdk/client-cloudwatch-logs'
import type { ResourceType } from '../../platform/resource-type.ts'
import {
  standingLogStreams, standingMetricFilters, standingQueryDefinitions, standingResourcePolicies, standingSubscriptionFilters,
} from './cloudformation-standing-parts.ts'

/** A resource that is gone already is deleted. */
const unlessGone = (deletion: Promise<unknown>): Promise<void> => deletion.then(() => {}, (error: Error) => {
  if (error.name !== 'ResourceNotFoundException') throw error
})

interface LogStreamProperties { LogGroupName: string, LogStreamName?: string }

export const logStream: ResourceType<LogStreamProperties> = {
  ...standingLogStreams,
  properties: { LogGroupName: 'required', LogStreamName: 'optional' },
  createOnly: ['LogGroupName', 'LogStreamName'],
  async create({ aws, generatedName }, { LogGroupName: logGroupName, LogStreamName }) {
    const logStreamName = LogStreamName ?? generatedName(512)
    await aws.logs.CreateLogStream({ logGroupName, logStreamName })
    return { id: logStreamName }
  },
  delete: ({ aws }, id, { LogGroupName: logGroupName }) => unlessGone(aws.logs.DeleteLogStream({ logGroupName, logStreamName: id })),
}

interface SubscriptionFilterProperties {
  LogGroupName: string
  FilterPattern: string
  DestinationArn: string
  FilterName?: string
  RoleArn?: string
  Distribution?: 'Random' | 'ByLogStream'
}

const subscription = (filterName: string, { LogGroupName, FilterPattern, DestinationArn, RoleArn, Distribution }: SubscriptionFilterProperties) => ({
  filterName, logGroupName: LogGroupName, filterPattern: FilterPattern, destinationArn: DestinationArn, ...RoleArn && { roleArn: RoleArn },
  ...Distribution && { distribution: Distribution },
})

export const subscriptionFilter: ResourceType<SubscriptionFilterProperties> = {
  ...standingSubscriptionFilters,
  properties: {
    LogGroupName: 'required', FilterPattern: 'required', DestinationArn: 'required', FilterName: 'optional', RoleArn: 'optional', Distribution: 'optional'
  },
  createOnly: ['LogGroupName', 'FilterName'],
  async create({ aws, generatedName }, properties) {
    const name = properties.FilterName ?? generatedName(512)
    await aws.logs.PutSubscriptionFilter(subscription(name, properties))
    return { id: name }
  },
  async update({ aws }, id, properties) {
    await aws.logs.PutSubscriptionFilter(subscription(id, properties))
    return { id }
  },
  delete: ({ aws }, id, { LogGroupName: logGroupName }) => unlessGone(aws.logs.DeleteSubscriptionFilter({ logGroupName, filterName: id })),
}

interface Transformation {
  MetricName: string
  MetricNamespace: string
  MetricValue: string
  DefaultValue?: number | string
  Unit?: string
  Dimensions?: { Key: string, Value: string }[]
}
interface MetricFilterProperties { LogGroupName: string, FilterPattern: string, FilterName?: string, MetricTransformations: Transformation[] }

const transformation = ({ MetricName, MetricNamespace, MetricValue, DefaultValue, Unit, Dimensions }: Transformation): MetricTransformation => ({
  metricName: MetricName, metricNamespace: MetricNamespace, metricValue: String(MetricValue),
  ...DefaultValue !== undefined && { defaultValue: Number(DefaultValue) },
  ...Unit !== undefined && { unit: Unit as StandardUnit },
  ...Dimensions && { dimensions: Object.fromEntries(Dimensions.map(({ Key, Value }) => [Key, Value])) },
})
const metric = (filterName: string, { LogGroupName, FilterPattern, MetricTransformations }: MetricFilterProperties) => ({
  filterName, logGroupName: LogGroupName, filterPattern: FilterPattern, metricTransformations: MetricTransformations.map(transformation),
})

export const metricFilter: ResourceType<MetricFilterProperties> = {
  ...standingMetricFilters,
  properties: { LogGroupName: 'required', FilterPattern: 'required', MetricTransformations: 'required', FilterName: 'optional' },
  createOnly: ['LogGroupName', 'FilterName'],
  async create({ aws, generatedName }, properties) {
    const name = properties.FilterName ?? generatedName(512)
    await aws.logs.PutMetricFilter(metric(name, properties))
    return { id: name }
  },
  async update({ aws }, id, properties) {
    await aws.logs.PutMetricFilter(metric(id, properties))
    return { id }
  },
  delete: ({ aws }, id, { LogGroupName: logGroupName }) => unlessGone(aws.logs.DeleteMetricFilter({ logGroupName, filterName: id })),
}

interface QueryDefinitionProperties { Name: string, QueryString: string, LogGroupNames?: string[] }

export const queryDefinition: ResourceType<QueryDefinitionProperties> = {
  ...standingQueryDefinitions,
  properties: { Name: 'required', QueryString: 'required', LogGroupNames: 'optional' },
  async create({ aws }, { Name: name, QueryString: queryString, LogGroupNames: logGroupNames }) {
    const { queryDefinitionId } = await aws.logs.PutQueryDefinition({ name, queryString, ...logGroupNames && { logGroupNames } })
    return { id: queryDefinitionId!, attributes: { QueryDefinitionId: queryDefinitionId } }
  },
  async update({ aws }, id, { Name: name, QueryString: queryString, LogGroupNames: logGroupNames }) {
    await aws.logs.PutQueryDefinition({ queryDefinitionId: id, name, queryString, ...logGroupNames && { logGroupNames } })
    return { id, attributes: { QueryDefinitionId: id } }
  },
  delete: ({ aws }, id) => unlessGone(aws.logs.DeleteQueryDefinition({ queryDefinitionId: id })),
}

interface ResourcePolicyProperties { PolicyName: string, PolicyDocument: string | object }

const documentOf = (document: string | object) => typeof document === 'string' ? document : JSON.stringify(document)

export const resourcePolicy: ResourceType<ResourcePolicyProperties> = {
  ...standingResourcePolicies,
  properties: { PolicyName: 'required', PolicyDocument: 'required' },
  createOnly: ['PolicyName'],
  async create({ aws }, { PolicyName: policyName, PolicyDocument }) {
    await aws.logs.PutResourcePolicy({ policyName, policyDocument: documentOf(PolicyDocument) })
    return { id: policyName }
  },
  async update({ aws }, id, { PolicyDocument }) {
    await aws.logs.PutResourcePolicy({ policyName: id, policyDocument: documentOf(PolicyDocument) })
    return { id }
  },
  delete: ({ aws }, id) => unlessGone(aws.logs.DeleteResourcePolicy({ policyName: id })),
}
