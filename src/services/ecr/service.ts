import type { ECR } from '@aws-sdk/client-ecr'
import { service } from '../../platform/service.ts'
import { resourceTypes } from './cloudformation.ts'
import { DeleteLifecyclePolicy } from './policies/DeleteLifecyclePolicy.ts'
import { DeleteRepositoryPolicy } from './policies/DeleteRepositoryPolicy.ts'
import { GetLifecyclePolicy } from './policies/GetLifecyclePolicy.ts'
import { GetRepositoryPolicy } from './policies/GetRepositoryPolicy.ts'
import { PutLifecyclePolicy } from './policies/PutLifecyclePolicy.ts'
import { SetRepositoryPolicy, withResource } from './policies/SetRepositoryPolicy.ts'
import { CreateRepository } from './repositories/CreateRepository.ts'
import { DeleteRepository } from './repositories/DeleteRepository.ts'
import { DescribeRepositories } from './repositories/DescribeRepositories.ts'
import { PutImageScanningConfiguration } from './repositories/PutImageScanningConfiguration.ts'
import { PutImageTagMutability } from './repositories/PutImageTagMutability.ts'
import { repositoryArn, tables, type Ecr } from './state.ts'
import { ListTagsForResource } from './tags/ListTagsForResource.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'

interface Named { repositoryName: string | undefined }
const rowOf = (ecr: Ecr, name: string | undefined) => ecr.tables.repositories.get(name ?? '')

const onRepository = {
  resource: (ecr: Ecr, input: Named) => repositoryArn(ecr, input.repositoryName ?? '*'),
  resourceTags: async (ecr: Ecr, input: Named) => (await rowOf(ecr, input.repositoryName))?.tags,
  resourcePolicy: async (ecr: Ecr, input: Named) => {
    const policy = (await rowOf(ecr, input.repositoryName))?.policy
    return policy === undefined ? undefined : withResource(policy)
  },
}
const onTagged = {
  resource: (_: Ecr, input: { resourceArn: string | undefined }) => input.resourceArn ?? '*',
  resourceTags: async (ecr: Ecr, input: { resourceArn: string | undefined }) => (await rowOf(ecr, input.resourceArn?.split(':repository/')[1]))?.tags,
}

export const ecr = service<ECR, Ecr>({
  name: 'ecr',
  tables,
  operations: {
    CreateRepository, DeleteLifecyclePolicy, DeleteRepository, DeleteRepositoryPolicy, DescribeRepositories, GetLifecyclePolicy, GetRepositoryPolicy,
    ListTagsForResource, PutImageScanningConfiguration, PutImageTagMutability, PutLifecyclePolicy, SetRepositoryPolicy, TagResource, UntagResource,
  },
  authorization: {
    CreateRepository: { resource: (scope, input) => repositoryArn(scope, input.repositoryName ?? '*') },
    DescribeRepositories: {
      resource: (scope, { repositoryNames: names }) => names?.length ? names.map(name => repositoryArn(scope, name)) : repositoryArn(scope, '*'),
    },
    DeleteLifecyclePolicy: onRepository, DeleteRepository: onRepository, DeleteRepositoryPolicy: onRepository, GetLifecyclePolicy: onRepository,
    GetRepositoryPolicy: onRepository, ListTagsForResource: onTagged, PutImageScanningConfiguration: onRepository, PutImageTagMutability: onRepository,
    PutLifecyclePolicy: onRepository, SetRepositoryPolicy: onRepository, TagResource: onTagged, UntagResource: onTagged,
  },
  resourceTypes,
})
