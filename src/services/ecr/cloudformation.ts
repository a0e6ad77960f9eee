import type { Created, ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { tagsFromList, tagsToList, userTags } from '../../platform/tags.ts'
import { standingRepositories } from './cloudformation-standing.ts'

interface RepositoryProperties {
  RepositoryName?: string
  EmptyOnDelete?: boolean | string
  EncryptionConfiguration?: { EncryptionType: string, KmsKey?: string }
  ImageScanningConfiguration?: { ScanOnPush?: boolean | string }
  ImageTagMutability?: string
  ImageTagMutabilityExclusionFilters?: { ImageTagMutabilityExclusionFilterType: string, ImageTagMutabilityExclusionFilterValue: string }[]
  LifecyclePolicy?: { LifecyclePolicyText?: string, RegistryId?: string }
  RepositoryPolicyText?: object | string
  Tags?: { Key: string, Value: string }[]
}

const isTrue = (value: unknown) => value === true || value === 'true'
const asText = (policy: object | string) => typeof policy === 'string' ? policy : JSON.stringify(policy)
const tagsOf = (resource: ResourceContext, { Tags }: RepositoryProperties) => tagsToList(userTags({ ...resource.tags, ...tagsFromList(Tags) }))

const mutability = ({ ImageTagMutability = 'MUTABLE', ImageTagMutabilityExclusionFilters: filters }: RepositoryProperties) => ({
  imageTagMutability: ImageTagMutability as any,
  ...filters && {
    imageTagMutabilityExclusionFilters: filters.map(filter => ({
      filterType: filter.ImageTagMutabilityExclusionFilterType as 'WILDCARD', filter: filter.ImageTagMutabilityExclusionFilterValue,
    })),
  },
})

/** Puts what has an operation of its own, and takes away what the template had and has no longer. */
async function configure({ aws }: ResourceContext, repositoryName: string, properties: RepositoryProperties, previous: RepositoryProperties): Promise<void> {
  if (properties.RepositoryPolicyText) await aws.ecr.SetRepositoryPolicy({ repositoryName, policyText: asText(properties.RepositoryPolicyText) })
  else if (previous.RepositoryPolicyText) await aws.ecr.DeleteRepositoryPolicy({ repositoryName })
  const lifecyclePolicyText = properties.LifecyclePolicy?.LifecyclePolicyText
  if (lifecyclePolicyText) await aws.ecr.PutLifecyclePolicy({ repositoryName, lifecyclePolicyText })
  else if (previous.LifecyclePolicy?.LifecyclePolicyText) await aws.ecr.DeleteLifecyclePolicy({ repositoryName })
}

const made = (repository: { repositoryName?: string | undefined, repositoryArn?: string | undefined, repositoryUri?: string | undefined }): Created =>
  ({ id: repository.repositoryName!, attributes: { Arn: repository.repositoryArn, RepositoryUri: repository.repositoryUri } })

const repository: ResourceType<RepositoryProperties> = {
  ...standingRepositories,
  properties: {
    RepositoryName: 'optional', EmptyOnDelete: 'optional', EncryptionConfiguration: 'optional', ImageScanningConfiguration: 'optional',
    ImageTagMutability: 'optional', ImageTagMutabilityExclusionFilters: 'optional', LifecyclePolicy: 'optional', RepositoryPolicyText: 'optional',
    Tags: 'optional',
  },
  createOnly: ['RepositoryName', 'EncryptionConfiguration'],
  async create(resource, properties) {
    const name = properties.RepositoryName ?? resource.generatedName(256, { lowerCase: true })
    const tags = tagsOf(resource, properties)
    const encryption = properties.EncryptionConfiguration
    const { repository: one } = await resource.aws.ecr.CreateRepository({
      repositoryName: name, ...mutability(properties), imageScanningConfiguration: { scanOnPush: isTrue(properties.ImageScanningConfiguration?.ScanOnPush) },
      ...encryption && {
        encryptionConfiguration: { encryptionType: encryption.EncryptionType as 'AES256', ...encryption.KmsKey && { kmsKey: encryption.KmsKey } },
      },
      ...tags.length > 0 && { tags },
    })
    await configure(resource, name, properties, {})
    return made(one!)
  },
  async update(resource, repositoryName, properties, previous) {
    const { aws } = resource
    await aws.ecr.PutImageTagMutability({ repositoryName, ...mutability(properties) })
    const scanOnPush = isTrue(properties.ImageScanningConfiguration?.ScanOnPush)
    await aws.ecr.PutImageScanningConfiguration({ repositoryName, imageScanningConfiguration: { scanOnPush } })
    await configure(resource, repositoryName, properties, previous)
    const { repositories } = await aws.ecr.DescribeRepositories({ repositoryNames: [repositoryName] })
    const [one] = repositories!
    const tagKeys = Object.keys(tagsFromList(previous.Tags)).filter(key => !(key in tagsFromList(properties.Tags)))
    if (tagKeys.length > 0) await aws.ecr.UntagResource({ resourceArn: one!.repositoryArn!, tagKeys })
    const tags = tagsOf(resource, properties)
    if (tags.length > 0) await aws.ecr.TagResource({ resourceArn: one!.repositoryArn!, tags })
    return made(one!)
  },
  async delete({ aws }, repositoryName, { EmptyOnDelete }) {
    await aws.ecr.DeleteRepository({ repositoryName, force: isTrue(EmptyOnDelete) }).catch((error: Error) => {
      if (error.name !== 'RepositoryNotFoundException') throw error
    })
  },
}

export const resourceTypes: Record<string, ResourceType<any>> = { 'AWS::ECR::Repository': repository }
