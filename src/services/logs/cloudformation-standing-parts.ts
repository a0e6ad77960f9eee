import type { Known, ResourceContext } from '../../platform/resource-type.ts'
import { allPages, unlessGone } from '../../platform/standing.ts'

// What a log group has, the queries and the resource policies: what exists already, for drift detection, import and Cloud Control.

type Properties = Known<any>
const found = <Answer>(answer: Promise<Answer>) => unlessGone(answer, 'ResourceNotFoundException')
const continued = (nextToken: string | undefined) => nextToken === undefined ? {} : { nextToken }

export const standingLogStreams = {
  identifier: ['LogGroupName', 'LogStreamName'], idMember: 'LogStreamName', listBy: ['LogGroupName'],
  async read({ aws }: ResourceContext, LogStreamName: string, { LogGroupName }: Properties) {
    const streams = await found(aws.logs.DescribeLogStreams({ logGroupName: LogGroupName, logStreamNamePrefix: LogStreamName }))
    return streams?.logStreams?.some(stream => stream.logStreamName === LogStreamName) ? { LogGroupName, LogStreamName } : undefined
  },
  list: ({ aws }: ResourceContext, { LogGroupName }: Properties): Promise<string[]> => allPages(async token => {
    const { logStreams, nextToken: next } = await aws.logs.DescribeLogStreams({ logGroupName: LogGroupName, ...continued(token) })
    return { items: logStreams?.map(stream => `${LogGroupName}|${stream.logStreamName}`), next }
  }),
}

export const standingMetricFilters = {
  identifier: ['LogGroupName', 'FilterName'], idMember: 'FilterName',
  async read({ aws }: ResourceContext, FilterName: string, { LogGroupName, MetricTransformations: given }: Properties) {
    const filters = await found(aws.logs.DescribeMetricFilters({ logGroupName: LogGroupName, filterNamePrefix: FilterName }))
    const filter = filters?.metricFilters?.find(each => each.filterName === FilterName)
    return filter && {
      LogGroupName, FilterName, FilterPattern: filter.filterPattern,
      MetricTransformations: filter.metricTransformations!.map(({ metricName, metricNamespace, metricValue, defaultValue, unit, dimensions }, at) => ({
        MetricName: metricName!, MetricNamespace: metricNamespace!, MetricValue: metricValue!, ...defaultValue !== undefined && { DefaultValue: defaultValue },
        // AWS says None where none was given.
        ...(unit !== 'None' || given?.[at]?.Unit !== undefined) && { Unit: unit! },
        ...dimensions && { Dimensions: Object.entries(dimensions).map(([Key, Value]) => ({ Key, Value })) },
      })),
    }
  },
  list: ({ aws }: ResourceContext): Promise<string[]> => allPages(async token => {
    const { metricFilters, nextToken: next } = await aws.logs.DescribeMetricFilters(continued(token))
    return { items: metricFilters?.map(filter => `${filter.logGroupName}|${filter.filterName}`), next }
  }),
}

export const standingSubscriptionFilters = {
  identifier: ['FilterName', 'LogGroupName'], idMember: 'FilterName', listBy: ['LogGroupName'],
  async read({ aws }: ResourceContext, FilterName: string, { LogGroupName }: Properties) {
    const filters = await found(aws.logs.DescribeSubscriptionFilters({ logGroupName: LogGroupName, filterNamePrefix: FilterName }))
    const filter = filters?.subscriptionFilters?.find(each => each.filterName === FilterName)
    return filter && {
      LogGroupName, FilterName, FilterPattern: filter.filterPattern, DestinationArn: filter.destinationArn, RoleArn: filter.roleArn,
      Distribution: filter.distribution,
    }
  },
  list: ({ aws }: ResourceContext, { LogGroupName }: Properties): Promise<string[]> => allPages(async token => {
    const { subscriptionFilters, nextToken: next } = await aws.logs.DescribeSubscriptionFilters({ logGroupName: LogGroupName, ...continued(token) })
    return { items: subscriptionFilters?.map(filter => `${filter.filterName}|${LogGroupName}`), next }
  }),
}

const allQueries = ({ aws }: ResourceContext) => allPages(async token => {
  const { queryDefinitions, nextToken: next } = await aws.logs.DescribeQueryDefinitions(continued(token))
  return { items: queryDefinitions, next }
})

export const standingQueryDefinitions = {
  identifier: 'QueryDefinitionId',
  async read(resource: ResourceContext, id: string, known: Properties) {
    const query = (await allQueries(resource)).find(each => each.queryDefinitionId === id)
    // An empty list of groups and none are one to the service.
    return query &&
      { Name: query.name, QueryString: query.queryString, LogGroupNames: query.logGroupNames ?? (known.LogGroupNames?.length === 0 ? [] : undefined) }
  },
  attributes: async (_: ResourceContext, QueryDefinitionId: string) => ({ QueryDefinitionId }),
  list: async (resource: ResourceContext) => (await allQueries(resource)).map(query => query.queryDefinitionId!),
}

const allPolicies = ({ aws }: ResourceContext) => allPages(async token => {
  const { resourcePolicies, nextToken: next } = await aws.logs.DescribeResourcePolicies(continued(token))
  return { items: resourcePolicies, next }
})

export const standingResourcePolicies = {
  identifier: 'PolicyName',
  async read(resource: ResourceContext, PolicyName: string) {
    const policy = (await allPolicies(resource)).find(each => each.policyName === PolicyName)
    return policy && { PolicyName, PolicyDocument: JSON.parse(policy.policyDocument!) as object }
  },
  list: async (resource: ResourceContext) => (await allPolicies(resource)).map(policy => policy.policyName!),
}
