import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { BadRequestException, type Input, type Output, type Repo } from '../state.ts'
import { summaryView } from './application.ts'

/** The applications of the caller's account by name: 100 a page at most. */
export async function ListApplications(repo: Repo, input: Input<'ListApplications'>): Promise<Output<'ListApplications'>> {
  const position = input.NextToken === undefined ? undefined : decodeToken('ListApplications', input.NextToken)
  if (input.NextToken !== undefined && !position) throw new BadRequestException('Invalid NextToken.')
  const { account, region } = repo
  const limit = input.MaxItems ?? 100
  const rows = await repo.tables.applications.list({
    prefix: [account, region], limit: limit + 1, ...position && { after: [account, region, String(position[0])] },
  })
  const { page, last } = pageOf(rows, limit)
  return { Applications: page.map(row => summaryView(repo, row)), ...last && { NextToken: encodeToken('ListApplications', [last.name]) } }
}
