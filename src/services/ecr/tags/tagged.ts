import { InvalidParameterException, repositoryAt, type Ecr, type RepositoryRow } from '../state.ts'

/** The repository that an ARN names. Errors: InvalidParameterException, RepositoryNotFoundException. */
export async function taggedRepository(ecr: Ecr, arn: string): Promise<RepositoryRow> {
  const [, region, registryId, repositoryName] = /^arn:[^:]+:ecr:([^:]+):(\d{12}):repository\/(.+)$/.exec(arn) ?? []
  if (repositoryName === undefined || region !== ecr.region) {
    throw new InvalidParameterException("Invalid parameter at 'resourceArn' failed to satisfy constraint: 'Invalid ARN'")
  }
  return repositoryAt(ecr, { repositoryName, registryId })
}
