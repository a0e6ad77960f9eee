import type { ResourceContext } from '../../../platform/resource-type.ts'

type List = { Key: string, Value: string }[] | undefined

/** The tags of the stack and the resource's own, without those of AWS. */
export const tagsOf = (resource: ResourceContext, list: List = []): Record<string, string> =>
  ({
    ...Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !key.startsWith('aws:'))),
    ...Object.fromEntries(list.map(tag => [tag.Key, tag.Value])),
  })

/** Brings the tags of a resource to what the template says now. */
export async function changeTags(resource: ResourceContext, Resource: string, wanted: List, previous: List): Promise<void> {
  const [tags, before] = [tagsOf(resource, wanted), tagsOf(resource, previous)]
  const TagKeys = Object.keys(before).filter(key => !(key in tags))
  if (TagKeys.length > 0) await resource.aws.lambda.UntagResource({ Resource, TagKeys })
  if (JSON.stringify(tags) !== JSON.stringify(before)) await resource.aws.lambda.TagResource({ Resource, Tags: tags })
}
