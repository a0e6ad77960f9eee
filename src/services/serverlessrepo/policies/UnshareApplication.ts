import { applicationNamed, ForbiddenException, NotFoundException, type Input, type Output, type Repo } from '../state.ts'

/** Takes an application back from an organization; its management account may, where the application's policy lets it. */
export async function UnshareApplication(repo: Repo, input: Input<'UnshareApplication'>): Promise<Output<'UnshareApplication'>> {
  const row = await applicationNamed(repo, input.ApplicationId)
  const place = await repo.config.organizations?.membershipOf(repo.account)
  if (place?.organizationId !== input.OrganizationId || place.managementAccount !== repo.account) {
    throw new ForbiddenException(`The account ${repo.account} is not the management account of the organization ${input.OrganizationId}.`)
  }
  if (!row.statements.some(({ PrincipalOrgIDs }) => PrincipalOrgIDs?.includes(input.OrganizationId))) {
    throw new NotFoundException(`The application is not shared with the organization ${input.OrganizationId}.`)
  }
  const statements = row.statements.flatMap(statement => {
    if (!statement.PrincipalOrgIDs?.includes(input.OrganizationId)) return [statement]
    const PrincipalOrgIDs = statement.PrincipalOrgIDs.filter(id => id !== input.OrganizationId)
    return PrincipalOrgIDs.length > 0 ? [{ ...statement, PrincipalOrgIDs }] : []
  })
  await repo.tables.applications.put({ ...row, statements })
  return {}
}
