import type { ECR as Client } from '@aws-sdk/client-ecr'
import type { Operations } from '../../contracts/aws.ts'
import { arn } from '../../platform/arns.ts'
import { awsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

export type Api = Operations<Client>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Awaited<ReturnType<Api[Name]>>

export interface RepositoryRow {
  name: string
  createdMs: number
  mutability: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION'
  exclusions?: { filterType: 'WILDCARD', filter: string }[]
  scanOnPush: boolean
  tags: Tags
  /** As it was given, JSON. */
  policy?: string
  lifecyclePolicy?: string
}

export const tables = { repositories: table<RepositoryRow>()({ name: 'repositories', key: row => [row.name] }) }

export type Ecr = Scope<typeof tables, undefined>

export const pageSizeDefault = 100

export const InvalidParameterException = awsError('InvalidParameterException')
export const LifecyclePolicyNotFoundException = awsError('LifecyclePolicyNotFoundException')
export const RepositoryAlreadyExistsException = awsError('RepositoryAlreadyExistsException')
export const RepositoryNotFoundException = awsError('RepositoryNotFoundException')
export const RepositoryPolicyNotFoundException = awsError('RepositoryPolicyNotFoundException')
export const TooManyTagsException = awsError('TooManyTagsException')

export const repositoryArn = (ecr: Pick<Ecr, 'partition' | 'region' | 'account'>, name: string): string => arn(ecr, 'ecr', `repository/${name}`)

/** A repository of this account's registry. Throws RepositoryNotFoundException, also for another account's registry. */
export async function repositoryAt(ecr: Ecr, { repositoryName, registryId }: { repositoryName: string | undefined, registryId?: string | undefined }) {
  const row = registryId === undefined || registryId === ecr.account ? await ecr.tables.repositories.get(repositoryName!) : undefined
  if (row) return row
  const where = `in the registry with id '${registryId ?? ecr.account}'`
  throw new RepositoryNotFoundException(`The repository with name '${repositoryName}' does not exist ${where}`)
}
