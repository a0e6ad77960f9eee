import { repositoryAt, type Ecr, type Input, type Output } from '../state.ts'
import { mutabilityOf } from './repository.ts'

/** Says whether a tag may move to another image. Errors: RepositoryNotFoundException, InvalidParameterException. */
export async function PutImageTagMutability(ecr: Ecr, input: Input<'PutImageTagMutability'>): Promise<Output<'PutImageTagMutability'>> {
  const { exclusions: _, ...row } = await repositoryAt(ecr, input)
  const said = mutabilityOf(input)
  await ecr.tables.repositories.put({ ...row, ...said })
  return {
    registryId: ecr.account, repositoryName: row.name, imageTagMutability: said.mutability,
    ...said.exclusions && { imageTagMutabilityExclusionFilters: said.exclusions },
  }
}
