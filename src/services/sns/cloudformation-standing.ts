import { parseArn } from '../../platform/arns.ts'
import type { ResourceContext } from '../../platform/resource-type.ts'
import { allPages } from '../../platform/standing.ts'

interface Subscribed { Endpoint: string, Protocol: string }

/** Topics that exist already: for import and Cloud Control. */
export const standingTopics = {
  identifier: 'TopicArn',
  attributes: async (_: ResourceContext, TopicArn: string) => ({ TopicArn, TopicName: parseArn(TopicArn)!.resource }),
  list: ({ aws }: ResourceContext): Promise<string[]> => allPages(async NextToken => {
    const page = await aws.sns.ListTopics({ ...NextToken !== undefined && { NextToken } })
    return { items: page.Topics?.map(({ TopicArn }) => TopicArn!), next: page.NextToken }
  }),
}

/** The subscriptions of a topic, those of the template first and in its order. */
export async function subscriptionsOf({ aws }: ResourceContext, TopicArn: string, given: readonly Subscribed[]): Promise<Subscribed[]> {
  const found = await allPages<Subscribed>(async NextToken => {
    const page = await aws.sns.ListSubscriptionsByTopic({ TopicArn, ...NextToken !== undefined && { NextToken } })
    return { items: page.Subscriptions?.map(({ Endpoint, Protocol }) => ({ Endpoint: Endpoint!, Protocol: Protocol! })), next: page.NextToken }
  })
  const place = (one: Subscribed) => given.findIndex(each => each.Endpoint === one.Endpoint && each.Protocol === one.Protocol)
  const inOrder = (one: Subscribed) => place(one) < 0 ? given.length : place(one)
  return found.sort((a, b) => inOrder(a) - inOrder(b))
}

/** Subscriptions that exist already; one that waits for its confirmation has no ARN yet. */
export const standingSubscriptions = {
  identifier: 'Arn',
  attributes: async (_: ResourceContext, Arn: string) => ({ Arn }),
  list: ({ aws }: ResourceContext): Promise<string[]> => allPages(async NextToken => {
    const page = await aws.sns.ListSubscriptions({ ...NextToken !== undefined && { NextToken } })
    return { items: page.Subscriptions?.map(({ SubscriptionArn }) => SubscriptionArn!).filter(arn => arn.startsWith('arn:')), next: page.NextToken }
  }),
}
