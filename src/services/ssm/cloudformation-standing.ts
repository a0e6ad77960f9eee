import type { ResourceContext } from '../../platform/resource-type.ts'
import { tagsFromList } from '../../platform/tags.ts'

/** Parameters that exist already: for drift detection, import and Cloud Control. */
export const standingParameters = {
  identifier: 'Name', tagsAre: 'map' as const,
  tags: async ({ aws }: ResourceContext, ResourceId: string) =>
    tagsFromList((await aws.ssm.ListTagsForResource({ ResourceType: 'Parameter', ResourceId })).TagList),
  async read({ aws }: ResourceContext, Name: string) {
    const found = await aws.ssm.GetParameter({ Name }).catch((error: Error) => {
      if (error.name !== 'ParameterNotFound') throw error
    })
    if (!found) return undefined
    const { Parameters } = await aws.ssm.DescribeParameters({ ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [Name] }] })
    const { Description, AllowedPattern, Tier } = Parameters?.[0] ?? {}
    return {
      Name, Type: found.Parameter!.Type as 'String', Value: found.Parameter!.Value!, DataType: found.Parameter!.DataType, Description, AllowedPattern, Tier,
    }
  },
  async attributes({ aws }: ResourceContext, Name: string) {
    const { Parameter } = await aws.ssm.GetParameter({ Name })
    return { Type: Parameter!.Type, Value: Parameter!.Value }
  },
  async list({ aws }: ResourceContext) {
    const names: string[] = []
    for (let NextToken: string | undefined, more = true; more; more = NextToken !== undefined) {
      const page = await aws.ssm.DescribeParameters({ MaxResults: 50, ...NextToken !== undefined && { NextToken } })
      names.push(...(page.Parameters ?? []).map(parameter => parameter.Name!))
      NextToken = page.NextToken
    }
    return names
  },
}
