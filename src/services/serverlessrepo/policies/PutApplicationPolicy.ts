import { applicationNamed, BadRequestException, type Input, type Output, type Repo } from '../state.ts'
import { latestOf } from '../versions/version.ts'
import { isPublic, policyActions } from './policy.ts'

/** Says who may deploy an application: nobody else, accounts, the author's organization, or everybody. Public ones need a version and a licence. */
export async function PutApplicationPolicy(repo: Repo, input: Input<'PutApplicationPolicy'>): Promise<Output<'PutApplicationPolicy'>> {
  const row = await applicationNamed(repo, input.ApplicationId)
  const statements = input.Statements.map(statement => ({ ...statement, StatementId: statement.StatementId ?? repo.newId() }))
  for (const { Actions, Principals, PrincipalOrgIDs } of statements) {
    await checkOrganizations(repo, Principals, PrincipalOrgIDs ?? [])
    const action = Actions.find(each => !policyActions.includes(each))
    if (action !== undefined || Actions.length === 0) {
      throw new BadRequestException(`Unsupported action: ${action ?? 'none'}. Supported actions: ${policyActions.join(', ')}.`)
    }
    const principal = Principals.find(each => each !== '*' && !/^\d{12}$/.test(each))
    if (principal !== undefined || Principals.length === 0) {
      throw new BadRequestException(`Invalid principal: ${principal ?? 'none'}. A principal is * or an account id.`)
    }
  }
  if (isPublic({ statements }) && (row.license === undefined && row.spdxLicenseId === undefined || !await latestOf(repo, row))) {
    throw new BadRequestException('An application that is shared publicly must have a semantic version and a license.')
  }
  await repo.tables.applications.put({ ...row, statements })
  return { Statements: statements }
}

/** An application is shared with the organization that its author's account is in. */
async function checkOrganizations(repo: Repo, principals: string[], organizations: string[]): Promise<void> {
  if (organizations.length === 0) return
  if (principals.length !== 1 || principals[0] !== '*') throw new BadRequestException('PrincipalOrgIDs go with the principal * alone.')
  const own = (await repo.config.organizations?.membershipOf(repo.account))?.organizationId
  const other = organizations.find(id => id !== own)
  if (other !== undefined) throw new BadRequestException(`Invalid organization ${other}: an application is shared with the organization of its account.`)
}
