import type { ResourceContext, ResourceType } from '../../../platform/resource-type.ts'
import { tagsFromList, tagsToList, userTags } from '../../../platform/tags.ts'
import { gone } from '../versions/cloudformation.ts'
import { allPages } from '../../../platform/standing.ts'

const created = (CodeSigningConfigArn: string) =>
  ({ id: CodeSigningConfigArn, attributes: { CodeSigningConfigArn, CodeSigningConfigId: CodeSigningConfigArn.split(':').at(-1) } })

const tagsOf = ({ tags }: ResourceContext, properties: Record<string, any>) => userTags({ ...tags, ...tagsFromList(properties.Tags) })
/** What a property goes back to when the template names it no longer. */
const settings = ({ Tags: _, ...rest }: Record<string, any>) => ({ Description: '', CodeSigningPolicies: { UntrustedArtifactOnDeployment: 'Warn' }, ...rest })

export const codeSigningConfig: ResourceType = {
  properties: { AllowedPublishers: 'required', CodeSigningPolicies: 'optional', Description: 'optional', Tags: 'optional' },
  identifier: 'CodeSigningConfigArn',
  async create(resource, properties) {
    const { CodeSigningConfig } = await resource.aws.lambda.CreateCodeSigningConfig({ ...settings(properties), Tags: tagsOf(resource, properties) } as any)
    return created(CodeSigningConfig!.CodeSigningConfigArn!)
  },
  async update(resource, id, properties, previous) {
    await resource.aws.lambda.UpdateCodeSigningConfig({ ...settings(properties), CodeSigningConfigArn: id } as any)
    const [tags, before] = [tagsOf(resource, properties), tagsOf(resource, previous)]
    const TagKeys = Object.keys(before).filter(key => !(key in tags))
    if (TagKeys.length > 0) await resource.aws.lambda.UntagResource({ Resource: id, TagKeys })
    if (JSON.stringify(tags) !== JSON.stringify(before)) await resource.aws.lambda.TagResource({ Resource: id, Tags: tags })
    return created(id)
  },
  delete: (resource, id) => gone(resource.aws.lambda.DeleteCodeSigningConfig({ CodeSigningConfigArn: id })),
  async read({ aws }, id) {
    try {
      const { CodeSigningConfig: found } = await aws.lambda.GetCodeSigningConfig({ CodeSigningConfigArn: id })
      const { AllowedPublishers, CodeSigningPolicies, Description } = found!
      const { Tags } = await aws.lambda.ListTags({ Resource: id })
      return { AllowedPublishers, CodeSigningPolicies, Description, Tags: tagsToList(userTags(Tags ?? {})) }
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error
      return undefined
    }
  },
  attributes: async (_, id) => created(id).attributes,
  list: ({ aws }) => allPages(async Marker => {
    const page = await aws.lambda.ListCodeSigningConfigs({ ...Marker !== undefined && { Marker } })
    return { items: page.CodeSigningConfigs?.map(each => each.CodeSigningConfigArn!), next: page.NextMarker }
  }),
}
