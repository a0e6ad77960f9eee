import { repositoryAt, type Ecr, type Input, type Output } from '../state.ts'
import { noLifecyclePolicy } from './GetLifecyclePolicy.ts'

/** Takes the lifecycle policy of a repository away. Errors: RepositoryNotFoundException, LifecyclePolicyNotFoundException. */
export async function DeleteLifecyclePolicy(ecr: Ecr, input: Input<'DeleteLifecyclePolicy'>): Promise<Output<'DeleteLifecyclePolicy'>> {
  const { lifecyclePolicy, ...row } = await repositoryAt(ecr, input)
  if (lifecyclePolicy === undefined) throw noLifecyclePolicy(ecr, row.name)
  await ecr.tables.repositories.put(row)
  return { registryId: ecr.account, repositoryName: row.name, lifecyclePolicyText: lifecyclePolicy }
}
