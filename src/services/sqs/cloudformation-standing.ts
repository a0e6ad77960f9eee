import type { ResourceContext } from '../../platform/resource-type.ts'
import { allPages } from '../../platform/standing.ts'

/** Queues that exist already: for import and Cloud Control. */
export const standingQueues = {
  identifier: 'QueueUrl',
  tags: async ({ aws }: ResourceContext, QueueUrl: string) => (await aws.sqs.ListQueueTags({ QueueUrl })).Tags ?? {},
  async attributes({ aws }: ResourceContext, QueueUrl: string) {
    const { Attributes } = await aws.sqs.GetQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] })
    const arn = Attributes!.QueueArn!
    return { Arn: arn, QueueName: arn.slice(arn.lastIndexOf(':') + 1), QueueUrl }
  },
  list: ({ aws }: ResourceContext) => allPages(async NextToken => {
    const page = await aws.sqs.ListQueues({ MaxResults: 1000, ...NextToken !== undefined && { NextToken } })
    return { items: page.QueueUrls, next: page.NextToken }
  }),
}
