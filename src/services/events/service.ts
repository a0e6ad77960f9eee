import type { EventBridge } from '@aws-sdk/client-eventbridge'
import { accountOfArn } from '../../platform/arns.ts'
import { service } from '../../platform/service.ts'
import { policyOf } from './buses/bus.ts'
import { resourceTypes } from './cloudformation.ts'
import { CreateEventBus } from './buses/CreateEventBus.ts'
import { DeleteEventBus } from './buses/DeleteEventBus.ts'
import { DeleteRule } from './rules/DeleteRule.ts'
import { DescribeEventBus } from './buses/DescribeEventBus.ts'
import { DescribeRule } from './rules/DescribeRule.ts'
import { DisableRule } from './rules/DisableRule.ts'
import { EnableRule } from './rules/EnableRule.ts'
import { ListEventBuses } from './buses/ListEventBuses.ts'
import { ListRuleNamesByTarget } from './rules/ListRuleNamesByTarget.ts'
import { ListRules } from './rules/ListRules.ts'
import { ListTagsForResource } from './tags/ListTagsForResource.ts'
import { ListTargetsByRule } from './targets/ListTargetsByRule.ts'
import { PutEvents } from './events/PutEvents.ts'
import { PutPermission } from './buses/PutPermission.ts'
import { PutRule } from './rules/PutRule.ts'
import { PutTargets } from './targets/PutTargets.ts'
import { RemovePermission } from './buses/RemovePermission.ts'
import { RemoveTargets } from './targets/RemoveTargets.ts'
import { TagResource } from './tags/TagResource.ts'
import { TestEventPattern } from './events/TestEventPattern.ts'
import { UntagResource } from './tags/UntagResource.ts'
import { executionChanged } from './events/executions.ts'
import { objectCreated, objectRemoved } from './events/objects.ts'
import { tick } from './events/tick.ts'
import { busArn, busName, busNamed, placeOf, ruleArn, tables, type Events, type EventsState } from './state.ts'
import { deliver } from './targets/deliver.ts'

const onBus = { resource: (events: Events, input: { Name?: string | undefined }) => busArn(events, busName(input.Name)) }
const onRule = {
  resource: (events: Events, input: { Name?: string | undefined, Rule?: string | undefined, EventBusName?: string | undefined }) =>
    ruleArn(events, { bus: busName(input.EventBusName), name: input.Name ?? input.Rule ?? '*' }),
}
const onTagged = { resource: (_: Events, input: { ResourceARN: string | undefined }) => input.ResourceARN ?? '*' }
const busOf = (events: Events, name: string | undefined) => name?.startsWith('arn:') ? name : busArn(events, busName(name))

export const eventbridge = service<EventBridge, Events>({
  name: 'events',
  billing: 'AmazonEventBridge',
  tables,
  operations: {
    CreateEventBus, DeleteEventBus, DeleteRule, DescribeEventBus, DescribeRule, DisableRule, EnableRule, ListEventBuses, ListRuleNamesByTarget, ListRules,
    ListTagsForResource,
    ListTargetsByRule, PutEvents, PutPermission, PutRule, PutTargets, RemovePermission, RemoveTargets, TagResource, TestEventPattern, UntagResource,
  },
  authorization: {
    CreateEventBus: onBus, DeleteEventBus: onBus, DescribeEventBus: onBus, ListEventBuses: { resource: '*' }, DeleteRule: onRule, DescribeRule: onRule,
    DisableRule: onRule,
    EnableRule: onRule, ListRules: onRule, ListRuleNamesByTarget: onRule, ListTargetsByRule: onRule, PutRule: onRule, PutTargets: onRule, RemoveTargets: onRule,
    ListTagsForResource: onTagged, TagResource: onTagged, UntagResource: onTagged, TestEventPattern: { resource: '*' }, PutPermission: { resource: '*' },
    RemovePermission: { resource: '*' },
    PutEvents: {
      resource: (events, input) => (input.Entries ?? []).map(entry => busOf(events, entry.EventBusName)),
      resourceAccount: async (_, input) => input.Entries?.map(entry => accountOfArn(entry.EventBusName ?? '')).find(account => account !== undefined),
      // Entries of one request may go to several buses; a policy is asked where they go to one.
      async resourcePolicy(events, input) {
        const names = new Set((input.Entries ?? []).map(entry => entry.EventBusName))
        if (names.size !== 1) return undefined
        const [name] = names
        return policyOf(await busNamed(placeOf(events, name), name).catch(() => ({ name: '', createdMs: 0, modifiedMs: 0, statements: [], tags: {} })))
      },
      conditions: (_, input) => ({
        'events:source': input.Entries?.map(entry => entry.Source ?? ''), 'events:detail-type': input.Entries?.map(entry => entry.DetailType ?? ''),
      }),
    },
  },
  open: (): EventsState => ({ matchers: new Map() }),
  hears: { 'lambda.execution.changed': executionChanged, 's3.object.created': objectCreated, 's3.object.removed': objectRemoved },
  tasks: { deliver, tick },
  usage: call => call.operation === 'PutEvents' ? [{ usageType: 'Event-64K-Chunks', quantity: call.input.Entries.length, unit: 'Events' }] : [],
  resourceTypes,
})
