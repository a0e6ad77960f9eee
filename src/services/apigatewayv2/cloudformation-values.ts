import type { ResourceContext } from '../../platform/resource-type.ts'

/** Templates write booleans and numbers as text as well. */
export const boolean = (value: unknown): boolean | undefined => value === undefined ? undefined : value === true || value === 'true'
export const number = (value: unknown): number | undefined => value === undefined ? undefined : Number(value)

/** The members that are there. */
export const given = (members: Record<string, unknown>): Record<string, any> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

/** A resource that is gone already is no error. */
export async function ignoreMissing(work: Promise<unknown>): Promise<void> {
  await work.catch((error: Error) => {
    if (error.name !== 'NotFoundException') throw error
  })
}

/** The stack's tags and the resource's own, but not those of CloudFormation itself, which no caller may set. */
export const ownTags = ({ tags }: Pick<ResourceContext, 'tags'>, own: Record<string, unknown> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries({ ...tags, ...own }).filter(([key]) => !key.startsWith('aws:')).map(([key, value]) => [key, String(value)]))

type TagsProperty = Record<string, unknown> | undefined

export async function updateTags(resource: ResourceContext, ResourceArn: string, own: TagsProperty, previous: TagsProperty): Promise<void> {
  const tags = ownTags(resource, own)
  const TagKeys = Object.keys(previous ?? {}).filter(key => !(key in tags))
  if (TagKeys.length > 0) await resource.aws.apigatewayv2.UntagResource({ ResourceArn, TagKeys })
  if (Object.keys(tags).length > 0) await resource.aws.apigatewayv2.TagResource({ ResourceArn, Tags: tags })
}

/** Route settings with numbers and booleans as the API takes them. */
export const settings = ({ DataTraceEnabled, DetailedMetricsEnabled, LoggingLevel, ThrottlingBurstLimit, ThrottlingRateLimit }: any) => given({
  LoggingLevel, DataTraceEnabled: boolean(DataTraceEnabled), DetailedMetricsEnabled: boolean(DetailedMetricsEnabled),
  ThrottlingBurstLimit: number(ThrottlingBurstLimit),
  ThrottlingRateLimit: number(ThrottlingRateLimit),
})

export const routeSettings = (byKey: Record<string, any>) => Object.fromEntries(Object.entries(byKey).map(([key, each]) => [key, settings(each)]))
