import type { Known, ResourceContext } from '../../platform/resource-type.ts'
import { allPages, asGiven, unlessGone } from '../../platform/standing.ts'
import { tagsFromList } from '../../platform/tags.ts'

// What exists already, for drift detection, import and Cloud Control.

type Properties = Known<any>
const found = <Answer>(answer: Promise<Answer>) => unlessGone(answer, 'ResourceNotFoundException')
const continued = (NextToken: string | undefined) => NextToken === undefined ? {} : { NextToken }
const tagsAt = async ({ aws }: ResourceContext, ResourceARN: string) =>
  tagsFromList((await aws.events.ListTagsForResource({ ResourceARN })).Tags as { Key: string, Value: string }[])

/** A bus may be named by its ARN. */
const busName = (name: unknown) => String(name).replace(/^arn:[^:]+:events:[^:]*:\d+:event-bus\//, '')

const allBuses = ({ aws }: ResourceContext) => allPages(async token => {
  const { EventBuses, NextToken: next } = await aws.events.ListEventBuses(continued(token))
  return { items: EventBuses?.map(bus => bus.Name!), next }
})

/** Where a rule is, by its physical id: its name, after `BUS|` where it is not on the default bus. */
export function placeOf(id: string): { Name: string, EventBusName?: string } {
  const at = id.lastIndexOf('|')
  return at < 0 ? { Name: id } : { Name: id.slice(at + 1), EventBusName: busName(id.slice(0, at)) }
}

const ruleArn = ({ partition, region, account }: ResourceContext, id: string) => {
  const { Name, EventBusName = 'default' } = placeOf(id)
  return `arn:${partition}:events:${region}:${account}:rule/${EventBusName === 'default' ? '' : `${EventBusName}/`}${Name}`
}

export const standingRules = {
  identifier: 'Arn',
  idOf: ({ Arn = '' }: Readonly<Record<string, string>>) => Arn.replace(/^arn:[^:]+:events:[^:]*:\d+:rule\//, '').replace('/', '|'),
  refOf: (id: string) => placeOf(id).Name,
  async read({ aws }: ResourceContext, id: string, known: Properties) {
    const { Name, ...bus } = placeOf(id)
    const rule = await found(aws.events.DescribeRule({ Name, ...bus }))
    if (!rule) return undefined
    const { EventBusName, EventPattern, ScheduleExpression, State, Description, RoleArn } = rule
    const Targets = await allPages(async token => {
      const page = await aws.events.ListTargetsByRule({ Rule: Name, ...bus, ...continued(token) })
      return { items: page.Targets, next: page.NextToken }
    })
    return {
      Name, EventBusName: asGiven(EventBusName, known.EventBusName, busName), EventPattern: EventPattern && JSON.parse(EventPattern), ScheduleExpression, State,
      Description,
      RoleArn, Targets,
    }
  },
  tags: (resource: ResourceContext, id: string) => tagsAt(resource, ruleArn(resource, id)),
  attributes: async (resource: ResourceContext, id: string) => ({ Arn: ruleArn(resource, id) }),
  async list(resource: ResourceContext) {
    const byBus = await Promise.all((await allBuses(resource)).map(EventBusName => allPages(async token => {
      const page = await resource.aws.events.ListRules({ EventBusName, ...continued(token) })
      return { items: page.Rules?.map(rule => rule.Arn!), next: page.NextToken }
    })))
    return byBus.flat()
  },
}

const busArn = ({ partition, region, account }: ResourceContext, name: string) => `arn:${partition}:events:${region}:${account}:event-bus/${name}`

export const standingBuses = {
  identifier: 'Name',
  async read({ aws }: ResourceContext, id: string) {
    const bus = await found(aws.events.DescribeEventBus({ Name: id }))
    return bus && { Name: id, Description: bus.Description, Policy: bus.Policy && JSON.parse(bus.Policy) }
  },
  tags: (resource: ResourceContext, id: string) => tagsAt(resource, busArn(resource, id)),
  attributes: async (resource: ResourceContext, Name: string) => ({ Arn: busArn(resource, Name), Name }),
  list: allBuses,
}

const statementsOf = async ({ aws }: ResourceContext, Name: string): Promise<Record<string, any>[]> => {
  const bus = await found(aws.events.DescribeEventBus({ Name }))
  return bus?.Policy === undefined ? [] : JSON.parse(bus.Policy).Statement
}

/** A bus policy is told as its statement, as AWS does; its Action and Principal where the template gave those. */
export const standingBusPolicies = {
  identifier: ['EventBusName', 'StatementId'],
  async read(resource: ResourceContext, id: string, known: Properties) {
    const at = id.lastIndexOf('|')
    const [EventBusName, StatementId] = [id.slice(0, at), id.slice(at + 1)]
    const statement = (await statementsOf(resource, EventBusName)).find(each => each.Sid === StatementId)
    if (!statement) return undefined
    const { Sid, ...rest } = statement
    const names = { EventBusName, StatementId }
    if (known.Action === undefined || known.Statement !== undefined) return { ...names, Statement: known.Statement?.Sid === undefined ? rest : statement }
    const who = statement.Principal?.AWS ?? statement.Principal
    return { ...names, Action: statement.Action, Principal: /^arn:[^:]+:iam::(\d+):root$/.exec(who)?.[1] ?? who }
  },
  async list(resource: ResourceContext, { EventBusName }: Properties) {
    const buses = EventBusName === undefined ? await allBuses(resource) : [String(EventBusName)]
    const byBus = await Promise.all(
      buses.map(async bus => (await statementsOf(resource, bus)).filter(each => each.Sid !== undefined).map(each => `${bus}|${each.Sid}`))
    )
    return byBus.flat()
  },
}
