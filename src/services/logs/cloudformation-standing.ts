import type { ResourceContext } from '../../platform/resource-type.ts'
import { allPages } from '../../platform/standing.ts'

const describe = async ({ aws }: ResourceContext, logGroupNamePrefix: string) =>
  (await aws.logs.DescribeLogGroups({ logGroupNamePrefix })).logGroups?.find(group => group.logGroupName === logGroupNamePrefix)

/** Log groups that exist already: for drift detection, import and Cloud Control. */
export const standingLogGroups = {
  identifier: 'LogGroupName',
  tags: async ({ aws }: ResourceContext, logGroupName: string) => (await aws.logs.ListTagsLogGroup({ logGroupName })).tags ?? {},
  async read(resource: ResourceContext, id: string) {
    const group = await describe(resource, id)
    return group && {
      LogGroupName: id, RetentionInDays: group.retentionInDays, LogGroupClass: group.logGroupClass as 'STANDARD' | undefined,
      DeletionProtectionEnabled: group.deletionProtectionEnabled ?? false,
    }
  },
  attributes: async ({ partition, region, account }: ResourceContext, id: string) => ({ Arn: `arn:${partition}:logs:${region}:${account}:log-group:${id}:*` }),
  list: ({ aws }: ResourceContext) => allPages(async nextToken => {
    const page = await aws.logs.DescribeLogGroups({ limit: 50, ...nextToken !== undefined && { nextToken } })
    return { items: page.logGroups?.map(group => group.logGroupName!), next: page.nextToken }
  }),
}
