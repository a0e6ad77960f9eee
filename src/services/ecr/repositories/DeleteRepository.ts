import { repositoryAt, type Ecr, type Input, type Output } from '../state.ts'
import { repositoryView } from './repository.ts'

/** Deletes a repository. It holds no images, so `force` makes no difference. Errors: RepositoryNotFoundException. */
export async function DeleteRepository(ecr: Ecr, input: Input<'DeleteRepository'>): Promise<Output<'DeleteRepository'>> {
  const row = await repositoryAt(ecr, input)
  await ecr.tables.repositories.delete(row.name)
  return { repository: repositoryView(ecr, row) }
}
