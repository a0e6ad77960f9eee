import { tagsToList } from '../../../platform/tags.ts'
import { encodeDocument } from '../documents.ts'
import { awsPolicyRows, usageOf, versionOf } from '../managed.ts'
import { pageBy } from '../pages.ts'
import type { EntityRow, GroupRow, Iam, Input, Output, PolicyRow, RoleRow, UserRow } from '../state.ts'
import { boundaryOf, groupView, lastUsedView, policySummary, roleSummary, userSummary, versionView } from '../views.ts'
import { viewProfile } from '../profile-roles.ts'

type Entry = { kind: 'User', row: UserRow } | { kind: 'Group', row: GroupRow } | { kind: 'Role', row: RoleRow } | { kind: 'Policy', row: PolicyRow }

/** Every user, group, role and policy of the account, with all their policies: the account as one document, in pages. */
export async function GetAccountAuthorizationDetails(iam: Iam, input: Input<'GetAccountAuthorizationDetails'>): Output<'GetAccountAuthorizationDetails'> {
  const entries = await entriesOf(iam, new Set(input.Filter ?? ['User', 'Group', 'Role', 'LocalManagedPolicy', 'AWSManagedPolicy']), input.Filter !== undefined)
  const numbered = entries.map((entry, index) => ({ entry, key: String(index).padStart(8, '0') }))
  const { page, next } = pageBy('authorization details', numbered, input, ({ key }) => key)
  const of = <Kind extends Entry['kind']>(kind: Kind) =>
    page.flatMap(({ entry }) => entry.kind === kind ? [entry.row as Extract<Entry, { kind: Kind }>['row']] : [])
  return {
    UserDetailList: of('User').map(row => ({
      ...userSummary(row), UserPolicyList: inlineOf(row), GroupList: row.groups, AttachedManagedPolicies: attachedOf(row), ...boundaryOf(row),
      Tags: tagsToList(row.tags),
    })),
    GroupDetailList: of('Group').map(row => ({ ...groupView(row), GroupPolicyList: inlineOf(row), AttachedManagedPolicies: attachedOf(row) })),
    RoleDetailList: await Promise.all(of('Role').map(row => roleDetail(iam, row))),
    Policies: await Promise.all(of('Policy').map(row => policyDetail(iam, row))),
    ...next,
  }
}

async function entriesOf(iam: Iam, kinds: Set<string>, filtered: boolean): Promise<Entry[]> {
  const { users, groups, roles, policies } = iam.tables
  const own = kinds.has('LocalManagedPolicy') ? await policies.list() : []
  // Of AWS's policies only those in use, unless they are asked for by name.
  const used = new Set(filtered ? [] : (await iam.tables.attachments.list()).map(row => row.policyArn))
  const aws = kinds.has('AWSManagedPolicy') ? awsPolicyRows(iam.partition).filter(row => filtered || used.has(row.arn)) : []
  return [
    ...kinds.has('User') ? (await users.list()).map((row): Entry => ({ kind: 'User', row })) : [],
    ...kinds.has('Group') ? (await groups.list()).map((row): Entry => ({ kind: 'Group', row })) : [],
    ...kinds.has('Role') ? (await roles.list()).map((row): Entry => ({ kind: 'Role', row })) : [],
    ...[...own, ...aws].map((row): Entry => ({ kind: 'Policy', row })),
  ]
}

const inlineOf = (row: EntityRow) => Object.entries(row.inline).map(([PolicyName, document]) => ({ PolicyName, PolicyDocument: encodeDocument(document) }))
const attachedOf = (row: EntityRow) => row.attached.map(arn => ({ PolicyName: arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn }))

async function roleDetail(iam: Iam, row: RoleRow) {
  const profiles = (await iam.tables.profiles.list()).filter(profile => profile.role === row.name)
  const { Description: _description, MaxSessionDuration: _duration, ...summary } = roleSummary(row)
  return {
    ...summary, InstanceProfileList: await Promise.all(profiles.map(profile => viewProfile(iam, profile))), RolePolicyList: inlineOf(row),
    AttachedManagedPolicies: attachedOf(row),
    ...boundaryOf(row), Tags: tagsToList(row.tags), RoleLastUsed: lastUsedView(iam.state.lastUsed(row.arn)),
  }
}

async function policyDetail(iam: Iam, row: PolicyRow) {
  const versions = await Promise.all(Array.from({ length: row.lastVersion }, (_, index) => versionOf(iam, row, row.lastVersion - index)))
  return {
    ...policySummary(row, await usageOf(iam, row.arn)), ...row.description !== undefined && { Description: row.description },
    PolicyVersionList: versions.flatMap(version => version ? [{ ...versionView(version, row), Document: encodeDocument(version.document) }] : []),
  }
}
