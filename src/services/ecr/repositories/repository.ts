import type { Repository } from '@aws-sdk/client-ecr'
import { InvalidParameterException, repositoryArn, type Ecr, type RepositoryRow } from '../state.ts'

export function repositoryView(ecr: Ecr, row: RepositoryRow): Repository {
  return {
    repositoryArn: repositoryArn(ecr, row.name), registryId: ecr.account, repositoryName: row.name,
    repositoryUri: `${ecr.account}.dkr.ecr.${ecr.region}.amazonaws.com/${row.name}`, createdAt: new Date(row.createdMs), imageTagMutability: row.mutability,
    ...row.exclusions && { imageTagMutabilityExclusionFilters: row.exclusions }, imageScanningConfiguration: { scanOnPush: row.scanOnPush },
    encryptionConfiguration: { encryptionType: 'AES256' },
  }
}

interface Mutability {
  imageTagMutability?: RepositoryRow['mutability'] | undefined
  imageTagMutabilityExclusionFilters?: { filterType: string | undefined, filter: string | undefined }[] | undefined
}

/** Whether tags of images may move, and which are excepted. Throws InvalidParameterException where the two do not go together. */
export function mutabilityOf({
  imageTagMutability = 'MUTABLE', imageTagMutabilityExclusionFilters: filters,
}: Mutability): Pick<RepositoryRow, 'mutability' | 'exclusions'> {
  const excepts = imageTagMutability.endsWith('_WITH_EXCLUSION')
  if (excepts !== (filters !== undefined && filters.length > 0)) {
    const why = `'must be specified ${excepts ? '' : 'only '}with a mutability that has exclusions'`
    throw new InvalidParameterException(`Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: ${why}`)
  }
  return { mutability: imageTagMutability, ...excepts && { exclusions: filters!.map(({ filter }) => ({ filterType: 'WILDCARD' as const, filter: filter! })) } }
}
