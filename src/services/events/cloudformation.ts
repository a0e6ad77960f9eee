import type { Target } from '@aws-sdk/client-eventbridge'
import { inTurn } from '../../platform/in-turn.ts'
import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { tagsFromList, tagsToList, userTags } from '../../platform/tags.ts'
import { placeOf, standingBuses, standingBusPolicies, standingRules } from './cloudformation-standing.ts'

type Tags = { Key: string, Value: string }[]

function unlessGone(error: Error): void {
  if (error.name !== 'ResourceNotFoundException') throw error
}

const tagList = (resource: ResourceContext, own: Tags | undefined) => tagsToList(userTags({ ...resource.tags, ...tagsFromList(own) }))

/** Templates write the policies as objects, and numbers as text, too. */
const targetOf = ({ RetryPolicy: retry, InputTransformer: transformer, ...target }: any): Target => ({
  ...target, ...retry && { RetryPolicy: Object.fromEntries(Object.entries(retry).map(([name, value]) => [name, Number(value)])) },
  ...transformer && { InputTransformer: { ...transformer, InputTemplate: String(transformer.InputTemplate) } },
})

async function putRule(resource: ResourceContext, Name: string, properties: Record<string, any>, previous: Record<string, any> = {}) {
  const { EventBusName, EventPattern, Targets = [], Tags, ...rest } = properties
  const { events } = resource.aws
  const tags = tagList(resource, Tags)
  const { RuleArn } = await events.PutRule({
    ...rest, Name, ...EventBusName !== undefined && { EventBusName }, ...EventPattern !== undefined && { EventPattern: JSON.stringify(EventPattern) },
    ...tags.length > 0 && { Tags: tags },
  })
  const place = { Rule: Name, ...EventBusName !== undefined && { EventBusName } }
  const gone = (previous.Targets ?? []).filter((target: Target) => !Targets.some((each: Target) => each.Id === target.Id)).map((target: Target) => target.Id!)
  if (gone.length > 0) await events.RemoveTargets({ ...place, Ids: gone })
  if (Targets.length > 0) await events.PutTargets({ ...place, Targets: Targets.map(targetOf) })
  return { id: EventBusName === undefined ? Name : `${EventBusName}|${Name}`, ref: Name, attributes: { Arn: RuleArn } }
}

const rule: ResourceType<Record<string, any>> = {
  ...standingRules,
  properties: {
    Name: 'optional', EventBusName: 'optional', EventPattern: 'optional', ScheduleExpression: 'optional', State: 'optional', Description: 'optional',
    RoleArn: 'optional',
    Targets: 'optional', Tags: 'optional',
  },
  createOnly: ['Name', 'EventBusName'],
  create: (resource, { Name = resource.generatedName(64), ...properties }) => putRule(resource, Name, properties),
  update: (resource, id, { Name: _, ...properties }, previous) => putRule(resource, placeOf(id).Name, properties, previous),
  async delete({ aws }, id, { EventBusName, Targets = [] }) {
    const bus = EventBusName === undefined ? {} : { EventBusName }
    if (Targets.length > 0) {
      await aws.events.RemoveTargets({ Rule: placeOf(id).Name, ...bus, Ids: Targets.map((target: Target) => target.Id!) }).catch(unlessGone)
    }
    await aws.events.DeleteRule({ Name: placeOf(id).Name, ...bus }).catch(unlessGone)
  },
}

const eventBus: ResourceType<Record<string, any>> = {
  ...standingBuses,
  properties: { Name: 'required', Description: 'optional', Policy: 'optional', Tags: 'optional' },
  createOnly: ['Name', 'Description'],
  async create(resource, { Name, Description, Policy, Tags }) {
    const tags = tagList(resource, Tags)
    const { EventBusArn } = await resource.aws.events.CreateEventBus({
      Name, ...Description !== undefined && { Description }, ...tags.length > 0 && { Tags: tags },
    })
    if (Policy) await resource.aws.events.PutPermission({ EventBusName: Name, Policy: JSON.stringify(Policy) })
    return { id: Name, attributes: { Arn: EventBusArn, Name } }
  },
  async update(resource, Name, { Policy, Tags }, previous) {
    const { Arn } = await resource.aws.events.DescribeEventBus({ Name })
    if (Policy) await resource.aws.events.PutPermission({ EventBusName: Name, Policy: JSON.stringify(Policy) })
    else if (previous.Policy) await resource.aws.events.RemovePermission({ EventBusName: Name, RemoveAllPermissions: true })
    const TagKeys = Object.keys(tagsFromList(previous.Tags)).filter(key => !(key in tagsFromList(Tags)))
    if (TagKeys.length > 0) await resource.aws.events.UntagResource({ ResourceARN: Arn, TagKeys })
    if (Tags?.length) await resource.aws.events.TagResource({ ResourceARN: Arn, Tags })
    return { id: Name, attributes: { Arn, Name } }
  },
  delete: ({ aws }, Name) => aws.events.DeleteEventBus({ Name }).then(() => {}, unlessGone),
}

/** A statement that is given as such can only be written with all others of its bus: those that a stack makes at the same time must not lose each other. */
const onBus = inTurn()
const placeText = ({ account, region }: ResourceContext, bus = 'default') => `${account} ${region} ${bus}`

const putPolicy = (resource: ResourceContext, properties: Record<string, any>) =>
  onBus(placeText(resource, properties.EventBusName), () => writeStatement(resource, properties))

async function writeStatement({ aws }: ResourceContext, { EventBusName = 'default', StatementId, Statement, Action, Principal }: Record<string, any>) {
  const { Policy } = await aws.events.DescribeEventBus({ Name: EventBusName })
  const others = Policy === undefined ? [] : JSON.parse(Policy).Statement.filter((each: any) => each.Sid !== StatementId)
  if (Statement) {
    await aws.events.PutPermission({
      EventBusName, Policy: JSON.stringify({ Version: '2012-10-17', Statement: [...others, { ...Statement, Sid: StatementId }] }),
    })
  }
  else await aws.events.PutPermission({ EventBusName, StatementId, Action, Principal })
  return { id: `${EventBusName}|${StatementId}` }
}

const eventBusPolicy: ResourceType<Record<string, any>> = {
  ...standingBusPolicies,
  properties: { EventBusName: 'optional', StatementId: 'required', Statement: 'optional', Action: 'optional', Principal: 'optional' },
  createOnly: ['EventBusName', 'StatementId'],
  create: putPolicy,
  update: (resource, _, properties) => putPolicy(resource, properties),
  delete: (resource, _, { EventBusName = 'default', StatementId }) =>
    onBus(placeText(resource, EventBusName), () => resource.aws.events.RemovePermission({ EventBusName, StatementId }).then(() => {}, unlessGone)),
}

export const resourceTypes: Record<string, ResourceType<any>> = {
  'AWS::Events::Rule': rule, 'AWS::Events::EventBus': eventBus, 'AWS::Events::EventBusPolicy': eventBusPolicy,
}
