import { repositoryAt, RepositoryPolicyNotFoundException, type Ecr, type Input, type Output } from '../state.ts'

/** The policy of a repository. Errors: RepositoryNotFoundException, RepositoryPolicyNotFoundException. */
export async function GetRepositoryPolicy(ecr: Ecr, input: Input<'GetRepositoryPolicy'>): Promise<Output<'GetRepositoryPolicy'>> {
  const row = await repositoryAt(ecr, input)
  if (row.policy === undefined) throw noPolicy(ecr, row.name)
  return { registryId: ecr.account, repositoryName: row.name, policyText: row.policy }
}

export const noPolicy = (ecr: Ecr, name: string) =>
  new RepositoryPolicyNotFoundException(`Repository policy does not exist for the repository with name '${name}' in the registry with id '${ecr.account}'`)
