import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { tagsToList, userTags } from '../../platform/tags.ts'
import { standingParameters } from './cloudformation-standing.ts'

interface ParameterProperties {
  Name?: string
  Type: 'String' | 'StringList'
  Value: string
  Description?: string
  AllowedPattern?: string
  Tier?: string
  DataType?: string
  Tags?: Record<string, string>
}

const put = async ({ aws }: ResourceContext, Name: string, { Tags: _, ...properties }: ParameterProperties, more: object) => {
  // CloudFormation makes no secure strings: their value would stand in the template.
  if ((properties.Type as string) === 'SecureString') throw new Error('SecureString is not a type of parameter that CloudFormation makes.')
  await aws.ssm.PutParameter({ ...properties as any, Value: String(properties.Value), Name, ...more })
  return { id: Name, attributes: { Type: properties.Type, Value: String(properties.Value) } }
}

const parameter: ResourceType<ParameterProperties> = {
  ...standingParameters,
  properties: {
    Type: 'required', Value: 'required', Name: 'optional', Description: 'optional', AllowedPattern: 'optional', Tier: 'optional', DataType: 'optional',
    Tags: 'optional',
  },
  createOnly: ['Name'],
  create(resource, properties) {
    const tags = tagsToList(userTags({ ...resource.tags, ...properties.Tags }))
    return put(resource, properties.Name ?? resource.generatedName(1011), properties, tags.length > 0 ? { Tags: tags } : {})
  },
  async update(resource, Name, properties, previous) {
    const target = { ResourceType: 'Parameter' as const, ResourceId: Name }
    const TagKeys = Object.keys(previous.Tags ?? {}).filter(key => !(key in (properties.Tags ?? {})))
    if (TagKeys.length > 0) await resource.aws.ssm.RemoveTagsFromResource({ ...target, TagKeys })
    if (properties.Tags) await resource.aws.ssm.AddTagsToResource({ ...target, Tags: tagsToList(properties.Tags) })
    return put(resource, Name, properties, { Overwrite: true })
  },
  async delete({ aws }, Name) {
    await aws.ssm.DeleteParameter({ Name }).catch((error: Error) => {
      if (error.name !== 'ParameterNotFound') throw error
    })
  },
}

export const resourceTypes: Record<string, ResourceType<any>> = { 'AWS::SSM::Parameter': parameter }
