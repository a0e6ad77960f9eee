import { repositoryAt, type Ecr, type Input, type Output } from '../state.ts'
import { noPolicy } from './GetRepositoryPolicy.ts'

/** Takes the policy of a repository away. Errors: RepositoryNotFoundException, RepositoryPolicyNotFoundException. */
export async function DeleteRepositoryPolicy(ecr: Ecr, input: Input<'DeleteRepositoryPolicy'>): Promise<Output<'DeleteRepositoryPolicy'>> {
  const { policy, ...row } = await repositoryAt(ecr, input)
  if (policy === undefined) throw noPolicy(ecr, row.name)
  await ecr.tables.repositories.put(row)
  return { registryId: ecr.account, repositoryName: row.name, policyText: policy }
}
