import type { ResourceContext } from '../../platform/resource-type.ts'

/** Queues that exist already: for import and Cloud Control. */
export const standingQueues = {
  identifier: 'QueueUrl',
  tags: async ({ aws }: ResourceContext, QueueUrl: string) => (await aws.sqs.ListQueueTags({ QueueUrl })).Tags ?? {},
  async attributes({ aws }: ResourceContext, QueueUrl: string) {
    const { Attributes } = await aws.sqs.GetQueueAttributes({ QueueUrl, AttributeNames: ['QueueArn'] })
    const arn = Attributes!.QueueArn!
    return { Arn: arn, QueueName: arn.slice(arn.lastIndexOf(':') + 1), QueueUrl }
  },
  async list({ aws }: ResourceContext) {
    const urls: string[] = []
    for (let NextToken: string | undefined, more = true; more; more = NextToken !== undefined) {
      const page = await aws.sqs.ListQueues({ MaxResults: 1000, ...NextToken !== undefined && { NextToken } })
      urls.push(...page.QueueUrls ?? [])
      NextToken = page.NextToken
    }
    return urls
  },
}
