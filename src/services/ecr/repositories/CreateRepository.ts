import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import {
  InvalidParameterException, RepositoryAlreadyExistsException, TooManyTagsException, type Ecr, type Input, type Output, type RepositoryRow,
} from '../state.ts'
import { mutabilityOf, repositoryView } from './repository.ts'

/** Makes a repository. Errors: RepositoryAlreadyExistsException, InvalidParameterException, TooManyTagsException. */
export async function CreateRepository(ecr: Ecr, input: Input<'CreateRepository'>): Promise<Output<'CreateRepository'>> {
  if (input.registryId !== undefined && input.registryId !== ecr.account) {
    throw new InvalidParameterException("Invalid parameter at 'registryId' failed to satisfy constraint: 'must be the id of your own registry'")
  }
  if (![undefined, 'AES256'].includes(input.encryptionConfiguration?.encryptionType)) {
    throw new InvalidParameterException('Encryption of a repository with a KMS key is not implemented by Fogbank.')
  }
  const tags = tagsFromList(input.tags)
  const problem = tagProblem(tags)
  if (problem) throw new (/exceeds the limit/.test(problem) ? TooManyTagsException : InvalidParameterException)(problem)
  const name = input.repositoryName!
  if (await ecr.tables.repositories.get(name)) {
    throw new RepositoryAlreadyExistsException(`The repository with name '${name}' already exists in the registry with id '${ecr.account}'`)
  }
  const row: RepositoryRow = { name, createdMs: ecr.now(), ...mutabilityOf(input), scanOnPush: input.imageScanningConfiguration?.scanOnPush ?? false, tags }
  await ecr.tables.repositories.put(row)
  return { repository: repositoryView(ecr, row) }
}
