import type { Principal } from '../../../contracts/principal.ts'
import { rootOf } from '../../../platform/root.ts'
import { digest } from '../engine/values.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import type { Target } from './operation.ts'

export const memberService = 'member.org.stacksets.cloudformation.amazonaws.com'

/** Throws unless the caller's account manages an organization that trusts stack sets: what ActivateOrganizationsAccess sets up. */
export async function checkOrganization(cfn: CloudFormation): Promise<void> {
  const { organizations } = cfn.as({ principal: rootOf(cfn.account, cfn.partition) })
  const manages = await organizations.DescribeOrganization({}).then(found => found.Organization!.MasterAccountId === cfn.account, () => false)
  const trusted = manages ? await organizations.ListAWSServiceAccessForOrganization({}).catch(() => undefined) : undefined
  if (!trusted?.EnabledServicePrincipals?.some(service => service.ServicePrincipal === memberService)) {
    throw new ValidationError('You must enable organizations access to operate a service managed stack set')
  }
}

/** Trusts stack sets with the organization of the caller's account. */
export async function trustStackSets(cfn: CloudFormation, trusts: boolean): Promise<void> {
  if (trusts) await cfn.aws.organizations.EnableAWSServiceAccess({ ServicePrincipal: memberService })
  else await cfn.aws.organizations.DisableAWSServiceAccess({ ServicePrincipal: memberService })
}

/** The active accounts of organizational units and those below them, or of the root. The management account is in none, as at AWS. */
export async function accountsOfUnits(cfn: CloudFormation, units: readonly string[]): Promise<{ account: string, unit: string }[]> {
  const { organizations } = cfn.as({ principal: rootOf(cfn.account, cfn.partition) })
  const found = new Map<string, string>()
  const visit = async (ParentId: string, unit: string): Promise<void> => {
    let NextToken: string | undefined
    do {
      const page = await organizations.ListAccountsForParent({ ParentId, ...NextToken !== undefined && { NextToken } })
      for (const { Id, Status } of page.Accounts ?? []) if (Status === 'ACTIVE' && Id !== cfn.account) found.set(Id!, unit)
      NextToken = page.NextToken
    } while (NextToken !== undefined)
    do {
      const page = await organizations.ListOrganizationalUnitsForParent({ ParentId, ...NextToken !== undefined && { NextToken } })
      for (const child of page.OrganizationalUnits ?? []) await visit(child.Id!, child.Id!)
      NextToken = page.NextToken
    } while (NextToken !== undefined)
  }
  for (const unit of units) await visit(unit, unit)
  return [...found].map(([account, unit]) => ({ account, unit }))
}

export interface Units { OrganizationalUnitIds?: string[] | undefined, Accounts?: string[] | undefined, AccountFilterType?: string | undefined }

/** Where a service-managed set is deployed to: the accounts of units, narrowed or widened by a filter. */
export async function targetsOfUnits(cfn: CloudFormation, units: Units, regions: readonly string[]): Promise<Target[]> {
  if (!units.OrganizationalUnitIds?.length) throw new ValidationError('OrganizationalUnitIds are required')
  const [all, given, filter] = [await accountsOfUnits(cfn, units.OrganizationalUnitIds), new Set(units.Accounts ?? []), units.AccountFilterType ?? 'NONE']
  if (filter === 'UNION') throw new ValidationError('AccountFilterType UNION is not implemented by Fogbank.')
  const chosen = all.filter(({ account }) => filter === 'NONE' || given.has(account) === (filter === 'INTERSECTION'))
  return chosen.flatMap(({ account, unit }) => regions.map(region => ({ account, region, organizationalUnitId: unit })))
}

/** The role by which stack sets act in an account of the organization; it is made where it is not there yet, as at AWS. */
export async function serviceManagedRole(cfn: CloudFormation, account: string): Promise<Principal> {
  const RoleName = `stacksets-exec-${digest(account).slice(0, 32)}`
  const there = cfn.in({ account })
  const { iam } = there.as({ principal: rootOf(account, cfn.partition) })
  const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: memberService }, Action: 'sts:AssumeRole' }] }
  await iam.CreateRole({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }).catch((error: Error) => {
    if (error.name !== 'EntityAlreadyExistsException' && error.name !== 'EntityAlreadyExists') throw error
  })
  await iam.AttachRolePolicy({ RoleName, PolicyArn: `arn:${cfn.partition}:iam::aws:policy/AdministratorAccess` })
  const roleArn = `arn:${cfn.partition}:iam::${account}:role/${RoleName}`
  const { Arn, UserId } = await there.as({ role: roleArn, sessionName: 'StackSet', actingService: memberService }).sts.GetCallerIdentity({})
  return { type: 'assumed-role', account, arn: Arn!, userId: UserId!, roleArn, issuedAt: cfn.now() }
}
