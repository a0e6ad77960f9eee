import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { applicationNamed, BadRequestException, type Input, type Output, type Repo } from '../state.ts'
import { versionsOf } from './version.ts'

/** The versions of an application, the highest first: 100 a page at most. */
export async function ListApplicationVersions(repo: Repo, input: Input<'ListApplicationVersions'>): Promise<Output<'ListApplicationVersions'>> {
  const position = input.NextToken === undefined ? undefined : decodeToken('ListApplicationVersions', input.NextToken)
  if (input.NextToken !== undefined && !position) throw new BadRequestException('Invalid NextToken.')
  const all = await versionsOf(repo, await applicationNamed(repo, input.ApplicationId))
  const from = position ? all.findIndex(row => row.version === position[0]) + 1 : 0
  const limit = input.MaxItems ?? 100
  const { page, last } = pageOf(all.slice(from, from + limit + 1), limit)
  return {
    Versions: page.map(row => ({
      ApplicationId: input.ApplicationId, CreationTime: new Date(row.createdMs).toISOString(), SemanticVersion: row.version,
      ...row.sourceCodeUrl !== undefined && { SourceCodeUrl: row.sourceCodeUrl },
    })),
    ...last && { NextToken: encodeToken('ListApplicationVersions', [last.version]) },
  }
}
