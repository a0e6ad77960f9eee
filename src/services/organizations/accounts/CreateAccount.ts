import { rootOf } from '../../../platform/root.ts'
import { newAccountId, newCreationId } from '../arns.ts'
import { linkRole } from '../linked-role.ts'
import { managed } from '../organization.ts'
import { attachFullAccess } from '../policies/policy.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { newTags } from '../tagging.ts'
import type { CreationRow } from '../tables.ts'
import { tellMoved } from './account.ts'
import { creationView } from './creation.ts'

/** Begins to make an account in the organization, with the role by which the management account administers it. */
export async function CreateAccount(orgs: Orgs, input: Input<'CreateAccount'>): Output<'CreateAccount'> {
  const org = await managed(orgs)
  const row: CreationRow = {
    organization: org.id, id: newCreationId(), account: newAccountId(), name: input.AccountName!, email: input.Email!,
    role: input.RoleName ?? 'OrganizationAccountAccessRole', tags: newTags(input.Tags), requestedMs: orgs.now(),
  }
  await orgs.tables.creations.put(row)
  orgs.enqueue('makeAccount', { organization: row.organization, id: row.id })
  return { CreateAccountStatus: creationView(row) }
}

/** Makes the account: its role first, by which it can be entered, then its place in the organization. May be done again. */
export async function makeAccount(orgs: Orgs, { organization, id }: { organization: string, id: string }): Promise<void> {
  const row = await orgs.tables.creations.get(organization, id)
  if (!row || row.completedMs !== undefined) return
  const taken = (await orgs.tables.accounts.list({ prefix: [organization] })).some(({ email }) => email.toLowerCase() === row.email.toLowerCase())
  if (!taken) await makeAccessRole(orgs, row)
  await orgs.transact(async inside => {
    const org = await inside.tables.organizations.get(organization)
    if (!org) return
    const completed = { ...row, completedMs: inside.now() }
    if (taken) return inside.tables.creations.put({ ...completed, failure: 'EMAIL_ALREADY_EXISTS' })
    const { account, name, email, tags } = row
    await inside.tables.creations.put(completed)
    await inside.tables.accounts.put({ organization, account, name, email, parent: org.rootId, joinedMethod: 'CREATED', joinedMs: inside.now(), tags })
    await inside.tables.memberships.put({ account, organization })
    await attachFullAccess(inside, org, account)
    linkRole(inside, account)
    tellMoved(inside, org, account)
  })
  orgs.state.changed()
}

async function makeAccessRole(orgs: Orgs, { account, role, organization }: CreationRow): Promise<void> {
  const org = await orgs.tables.organizations.get(organization)
  if (!org) return
  const { iam } = orgs.in({ account }).as({ principal: rootOf(account) })
  const Statement = [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${org.managementAccount}:root` }, Action: 'sts:AssumeRole' }]
  await iam.CreateRole({ RoleName: role, AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }) }).catch((error: Error) => {
    if (error.name !== 'EntityAlreadyExistsException') throw error
  })
  await iam.AttachRolePolicy({ RoleName: role, PolicyArn: 'arn:aws:iam::aws:policy/AdministratorAccess' })
}
