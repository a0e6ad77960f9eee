import type { LastUse } from '../../contracts/identity.ts'
import { tagsToList } from '../../platform/tags.ts'
import { encodeDocument } from './documents.ts'
import type { GroupRow, PolicyRow, PolicyVersionRow, ProfileRow, RoleRow, UserRow } from './state.ts'

// The SDK's enum has another word, PermissionsBoundaryPolicy; what AWS sends is `Policy`.
const boundaryType = 'Policy' as 'PermissionsBoundaryPolicy'

export const boundaryOf = (row: { boundary?: string }) => row.boundary === undefined
  ? {} : { PermissionsBoundary: { PermissionsBoundaryType: boundaryType, PermissionsBoundaryArn: row.boundary } }

/** A role as lists answer it: without its boundary and tags. */
export const roleSummary = (row: RoleRow) => ({
  Path: row.path, RoleName: row.name, RoleId: row.id, Arn: row.arn, CreateDate: new Date(row.createdAt),
  AssumeRolePolicyDocument: encodeDocument(row.trustPolicy), ...row.description !== undefined && { Description: row.description },
  MaxSessionDuration: row.maxSessionDurationSeconds,
})

/** When a role was last used; empty where it never was. */
export const lastUsedView = (used: LastUse | undefined) => used ? { LastUsedDate: new Date(used.at), Region: used.region } : {}

/** A role as GetRole answers it. */
export const roleView = (row: RoleRow, used?: LastUse) => ({
  ...roleSummary(row), ...boundaryOf(row), ...Object.keys(row.tags).length > 0 && { Tags: tagsToList(row.tags) }, RoleLastUsed: lastUsedView(used),
})

export const userSummary = (row: UserRow) => ({ Path: row.path, UserName: row.name, UserId: row.id, Arn: row.arn, CreateDate: new Date(row.createdAt) })

export const userView = (row: UserRow) => ({ ...userSummary(row), ...boundaryOf(row), ...Object.keys(row.tags).length > 0 && { Tags: tagsToList(row.tags) } })

export const groupView = (row: GroupRow) => ({ Path: row.path, GroupName: row.name, GroupId: row.id, Arn: row.arn, CreateDate: new Date(row.createdAt) })

export const profileView = (row: ProfileRow, role: RoleRow | undefined) => ({
  Path: row.path, InstanceProfileName: row.name, InstanceProfileId: row.id, Arn: row.arn, CreateDate: new Date(row.createdAt),
  Roles: role ? [roleSummary(role)] : [], ...Object.keys(row.tags).length > 0 && { Tags: tagsToList(row.tags) },
})

export const policySummary = (row: PolicyRow, used: { attached: number, boundaries: number }) => ({
  PolicyName: row.name, PolicyId: row.id, Arn: row.arn, Path: row.path, DefaultVersionId: `v${row.defaultVersion}`,
  AttachmentCount: used.attached, PermissionsBoundaryUsageCount: used.boundaries, IsAttachable: true,
  CreateDate: new Date(row.createdAt), UpdateDate: new Date(row.updatedAt),
})

/** A policy as GetPolicy answers it. */
export const policyView = (row: PolicyRow, used: { attached: number, boundaries: number }) => ({
  ...policySummary(row, used), ...row.description !== undefined && { Description: row.description }, Tags: tagsToList(row.tags),
})

export const versionView = (row: PolicyVersionRow, policy: { defaultVersion: number }) => ({
  VersionId: `v${row.version}`, IsDefaultVersion: row.version === policy.defaultVersion, CreateDate: new Date(row.createdAt),
})
