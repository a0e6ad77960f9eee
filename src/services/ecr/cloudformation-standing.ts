import type { Known, ResourceContext } from '../../platform/resource-type.ts'
import { allPages, asGiven, parsedText, unlessGone, withoutDefaults } from '../../platform/standing.ts'
import { tagsFromList } from '../../platform/tags.ts'

const describe = async ({ aws }: ResourceContext, name: string) =>
  (await unlessGone(aws.ecr.DescribeRepositories({ repositoryNames: [name] }), 'RepositoryNotFoundException'))?.repositories?.[0]

/** Repositories that exist already: for drift detection, import and Cloud Control. Whether they are emptied when they are deleted is not told. */
export const standingRepositories = {
  identifier: 'RepositoryName',
  writeOnly: ['EmptyOnDelete'],
  async read(resource: ResourceContext, repositoryName: string, known: Known<any>) {
    const { ecr } = resource.aws
    const found = await describe(resource, repositoryName)
    if (!found) return undefined
    const policy = await unlessGone(ecr.GetRepositoryPolicy({ repositoryName }), 'RepositoryPolicyNotFoundException')
    const lifecycle = await unlessGone(ecr.GetLifecyclePolicy({ repositoryName }), 'LifecyclePolicyNotFoundException')
    const { encryptionType, kmsKey } = found.encryptionConfiguration ?? {}
    return {
      RepositoryName: repositoryName, ImageTagMutability: found.imageTagMutability,
      ImageTagMutabilityExclusionFilters: found.imageTagMutabilityExclusionFilters?.map(({ filterType, filter }) =>
        ({ ImageTagMutabilityExclusionFilterType: filterType!, ImageTagMutabilityExclusionFilterValue: filter! })),
      ImageScanningConfiguration: { ScanOnPush: found.imageScanningConfiguration?.scanOnPush ?? false },
      EncryptionConfiguration: { EncryptionType: encryptionType!, ...kmsKey !== undefined && { KmsKey: kmsKey } },
      RepositoryPolicyText: policy && parsedText(policy.policyText) as object,
      LifecyclePolicy: lifecycle && withoutDefaults({
        LifecyclePolicyText: asGiven(lifecycle.lifecyclePolicyText, known.LifecyclePolicy?.LifecyclePolicyText, parsedText), RegistryId: lifecycle.registryId,
      } as { LifecyclePolicyText: string, RegistryId?: string }, known.LifecyclePolicy, { RegistryId: resource.account }),
    }
  },
  async tags(resource: ResourceContext, name: string) {
    const resourceArn = (await describe(resource, name))?.repositoryArn
    return resourceArn === undefined ? {} : tagsFromList((await resource.aws.ecr.ListTagsForResource({ resourceArn })).tags)
  },
  async attributes(resource: ResourceContext, name: string) {
    const found = await describe(resource, name)
    return { Arn: found?.repositoryArn, RepositoryUri: found?.repositoryUri }
  },
  list: ({ aws }: ResourceContext): Promise<string[]> => allPages(async nextToken => {
    const page = await aws.ecr.DescribeRepositories({ ...nextToken !== undefined && { nextToken } })
    return { items: page.repositories?.map(({ repositoryName }) => repositoryName!), next: page.nextToken }
  }),
}
