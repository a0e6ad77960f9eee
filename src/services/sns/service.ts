import type { SNS } from '@aws-sdk/client-sns'
import type { Call } from '../../contracts/call.ts'
import { dataKeys } from '../../platform/data-keys.ts'
import { service } from '../../platform/service.ts'
import { handle } from './actions.ts'
import { byToken, onSubscribe, onSubscription, onTags, onTopic } from './authorization.ts'
import { claims } from './claims.ts'
import { resourceTypes } from './cloudformation.ts'
import { confirm, deliver } from './delivery/deliver.ts'
import { AddPermission } from './permissions/AddPermission.ts'
import { RemovePermission } from './permissions/RemovePermission.ts'
import { bytesOf, type Given } from './publishing/message.ts'
import { Publish } from './publishing/Publish.ts'
import { PublishBatch } from './publishing/PublishBatch.ts'
import { tables, type Sns, type SnsState } from './state.ts'
import { ConfirmSubscription } from './subscriptions/ConfirmSubscription.ts'
import { GetSubscriptionAttributes } from './subscriptions/GetSubscriptionAttributes.ts'
import { ListSubscriptions } from './subscriptions/ListSubscriptions.ts'
import { ListSubscriptionsByTopic } from './subscriptions/ListSubscriptionsByTopic.ts'
import { SetSubscriptionAttributes } from './subscriptions/SetSubscriptionAttributes.ts'
import { Subscribe } from './subscriptions/Subscribe.ts'
import { forgetPending } from './subscriptions/subscription.ts'
import { Unsubscribe } from './subscriptions/Unsubscribe.ts'
import { ListTagsForResource } from './tags/ListTagsForResource.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'
import { CreateTopic } from './topics/CreateTopic.ts'
import { DeleteTopic } from './topics/DeleteTopic.ts'
import { GetTopicAttributes } from './topics/GetTopicAttributes.ts'
import { ListTopics } from './topics/ListTopics.ts'
import { SetTopicAttributes } from './topics/SetTopicAttributes.ts'
import { topicArn } from './topics/topic.ts'

/** AWS bills each 64 KB of what is published as one request. */
const unitBytes = 65_536
const requests = (entries: Given[]) => entries.reduce((sum, entry) => sum + Math.max(1, Math.ceil(bytesOf(entry) / unitBytes)), 0)

export const sns = service<SNS, Sns>({
  name: 'sns',
  billing: 'AmazonSNS',
  tables,
  operations: {
    AddPermission, ConfirmSubscription, CreateTopic, DeleteTopic, GetSubscriptionAttributes, GetTopicAttributes, ListSubscriptions, ListSubscriptionsByTopic,
    ListTagsForResource, ListTopics, Publish, PublishBatch, RemovePermission, SetSubscriptionAttributes, SetTopicAttributes, Subscribe, TagResource,
    Unsubscribe,
    UntagResource,
  },
  authorization: {
    AddPermission: onTopic(),
    ConfirmSubscription: byToken,
    CreateTopic: { resource: (scope, input) => topicArn(scope, input.Name ?? '*') },
    DeleteTopic: onTopic(),
    GetSubscriptionAttributes: onSubscription,
    GetTopicAttributes: onTopic(),
    ListSubscriptions: { resource: '*' },
    ListSubscriptionsByTopic: onTopic(),
    ListTagsForResource: onTags,
    ListTopics: { resource: '*' },
    Publish: onTopic(),
    PublishBatch: onTopic('Publish'),
    RemovePermission: onTopic(),
    SetSubscriptionAttributes: onSubscription,
    SetTopicAttributes: onTopic(),
    Subscribe: onSubscribe,
    TagResource: onTags,
    Unsubscribe: onSubscription,
    UntagResource: onTags,
  },
  open: (): SnsState => ({ key: undefined, signatures: new Map(), filters: new Map(), turns: new Map(), dataKeys: dataKeys() }),
  usage({ operation, input }: Call) {
    const quantity = operation === 'Publish' ? requests([input]) : operation === 'PublishBatch' ? requests(input.PublishBatchRequestEntries) : 1
    return [{ usageType: 'Requests-Tier1', quantity, unit: 'Requests' }]
  },
  tasks: { deliver, confirm, forgetPending },
  http: { claims, handle },
  resourceTypes,
})
