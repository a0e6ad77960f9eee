import { LifecyclePolicyNotFoundException, repositoryAt, type Ecr, type Input, type Output } from '../state.ts'

/** When images expire. Errors: RepositoryNotFoundException, LifecyclePolicyNotFoundException. */
export async function GetLifecyclePolicy(ecr: Ecr, input: Input<'GetLifecyclePolicy'>): Promise<Output<'GetLifecyclePolicy'>> {
  const row = await repositoryAt(ecr, input)
  if (row.lifecyclePolicy === undefined) throw noLifecyclePolicy(ecr, row.name)
  return { registryId: ecr.account, repositoryName: row.name, lifecyclePolicyText: row.lifecyclePolicy }
}

export const noLifecyclePolicy = (ecr: Ecr, name: string) =>
  new LifecyclePolicyNotFoundException(`Lifecycle policy does not exist for the repository with name '${name}' in the registry with id '${ecr.account}'`)
