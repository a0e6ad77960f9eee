import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { InvalidParameterException, pageSizeDefault, repositoryAt, type Ecr, type Input, type Output } from '../state.ts'
import { repositoryView } from './repository.ts'

/** The repositories of the registry by name, or those that are named. Errors: RepositoryNotFoundException, InvalidParameterException. */
export async function DescribeRepositories(ecr: Ecr, input: Input<'DescribeRepositories'>): Promise<Output<'DescribeRepositories'>> {
  const { repositoryNames: names, registryId, maxResults, nextToken } = input
  if (names && names.length > 0) {
    if (maxResults !== undefined || nextToken !== undefined) {
      const why = "'cannot be specified with maxResults or nextToken'"
      throw new InvalidParameterException(`Invalid parameter at 'repositoryNames' failed to satisfy constraint: ${why}`)
    }
    const rows = await Promise.all(names.map(repositoryName => repositoryAt(ecr, { repositoryName, registryId })))
    return { repositories: rows.map(row => repositoryView(ecr, row)) }
  }
  if (registryId !== undefined && registryId !== ecr.account) return { repositories: [] }
  const after = nextToken === undefined ? undefined : decodeToken('repositories', nextToken)
  if (nextToken !== undefined && !after) throw new InvalidParameterException("Invalid parameter at 'nextToken' failed to satisfy constraint: 'invalid token'")
  const limit = maxResults ?? pageSizeDefault
  const { page, last } = pageOf(await ecr.tables.repositories.list({ limit: limit + 1, ...after && { after } }), limit)
  return { repositories: page.map(row => repositoryView(ecr, row)), ...last && { nextToken: encodeToken('repositories', [last.name]) } }
}
