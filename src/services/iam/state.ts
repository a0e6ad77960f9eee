import type { IAM } from '@aws-sdk/client-iam'
import type { Operations } from '../../contracts/aws.ts'
import type { LastUse } from '../../contracts/identity.ts'
import { awsError } from '../../platform/errors.ts'
import { longRunning, type Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

export type Api = Operations<IAM>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Promise<Awaited<ReturnType<Api[Name]>>>

/** What has policies of its own. */
export type EntityKind = 'role' | 'user' | 'group'

/** What roles, users and groups have in common. `inline`: documents by policy name. `attached`: ARNs of managed policies. */
export interface EntityRow {
  name: string
  path: string
  id: string
  arn: string
  createdAt: number
  tags: Tags
  inline: Record<string, string>
  attached: string[]
  boundary?: string
}

export interface RoleRow extends EntityRow {
  description?: string
  trustPolicy: string
  maxSessionDurationSeconds: number
}

export interface UserRow extends EntityRow { groups: string[] }
export type GroupRow = EntityRow
export interface MembershipRow { group: string, user: string }

export interface PolicyRow {
  name: string
  path: string
  id: string
  arn: string
  description?: string
  createdAt: number
  updatedAt: number
  tags: Tags
  defaultVersion: number
  lastVersion: number
}
export interface PolicyVersionRow { policy: string, version: number, document: string, createdAt: number }

/** A managed policy in use: the way back from a policy to whom it is attached. */
export interface AttachmentRow { policyArn: string, usage: 'attached' | 'boundary', kind: EntityKind, name: string }

/** `user` is absent for a key of the account's root. */
export interface AccessKeyRow { id: string, account: string, user?: string, secret: string, status: 'Active' | 'Inactive', createdAt: number }
export interface UserKeyRow { user: string, id: string }

export interface ProfileRow { name: string, path: string, id: string, arn: string, createdAt: number, tags: Tags, role?: string }
/** A user's password: its hash, and those of the ones before. */
export interface LoginRow { user: string, password: PasswordHash, before: PasswordHash[], createdAt: number, changedAt: number, resetRequired: boolean }
export interface PasswordHash { salt: Uint8Array, hash: Uint8Array }
export interface PasswordPolicyRow {
  id: 'policy'
  MinimumPasswordLength: number
  RequireSymbols: boolean
  RequireNumbers: boolean
  RequireUppercaseCharacters: boolean
  RequireLowercaseCharacters: boolean
  AllowUsersToChangePassword: boolean
  MaxPasswordAge?: number
  PasswordReusePrevention?: number
  HardExpiry?: boolean
}

/** A virtual device; `lastStep`: the last 30 seconds whose code was used. */
export interface MfaDeviceRow {
  name: string, serial: string, seed: Uint8Array, createdAt: number, user?: string, enabledAt?: number, lastStep: number, tags: Tags
}

/** An RSA key of a user, as it was uploaded: a line of OpenSSH, or PEM. */
export interface SshKeyRow { user: string, id: string, body: string, status: 'Active' | 'Inactive', createdAt: number }
export interface SigningCertificateRow { user: string, id: string, body: string, status: 'Active' | 'Inactive', createdAt: number }
export interface ServerCertificateRow {
  name: string
  path: string
  id: string
  arn: string
  body: string
  privateKey: string
  chain?: string
  createdAt: number
  expiresAt: number
  tags: Tags
}

export interface ReportRow { id: 'report', content: string, at: number }

/** `issuer`: the address without its scheme. */
export interface OpenIdProviderRow { issuer: string, url: string, arn: string, clientIds: string[], thumbprints: string[], createdAt: number, tags: Tags }
export interface SecretRow { name: string, secret: Uint8Array }

// Names are unique without regard to case, so their keys are in lower case.
const byName = (row: { name: string }) => [row.name.toLowerCase()] as const

export const tables = {
  roles: table<RoleRow>()({ name: 'roles', scope: 'account', key: byName }),
  users: table<UserRow>()({ name: 'users', scope: 'account', key: byName }),
  groups: table<GroupRow>()({ name: 'groups', scope: 'account', key: byName }),
  memberships: table<MembershipRow>()({ name: 'memberships', scope: 'account', key: row => [row.group.toLowerCase(), row.user.toLowerCase()] }),
  policies: table<PolicyRow>()({ name: 'policies', scope: 'account', key: byName }),
  policyVersions: table<PolicyVersionRow>()({ name: 'policy-versions', scope: 'account', key: row => [row.policy.toLowerCase(), row.version] }),
  attachments: table<AttachmentRow>()({ name: 'attachments', scope: 'account', key: row => [row.policyArn, row.usage, row.kind, row.name.toLowerCase()] }),
  userKeys: table<UserKeyRow>()({ name: 'user-keys', scope: 'account', key: row => [row.user.toLowerCase(), row.id] }),
  profiles: table<ProfileRow>()({ name: 'instance-profiles', scope: 'account', key: byName }),
  openIdProviders: table<OpenIdProviderRow>()({ name: 'openid-providers', scope: 'account', key: row => [row.issuer.toLowerCase()] }),
  logins: table<LoginRow>()({ name: 'logins', scope: 'account', key: row => [row.user.toLowerCase()] }),
  passwordPolicies: table<PasswordPolicyRow>()({ name: 'password-policies', scope: 'account', key: row => [row.id] }),
  mfaDevices: table<MfaDeviceRow>()({ name: 'mfa-devices', scope: 'account', key: byName }),
  reports: table<ReportRow>()({ name: 'credential-reports', scope: 'account', key: row => [row.id] }),
  deletions: table<{ id: string, at: number }>()({ name: 'role-deletions', scope: 'account', key: row => [row.id] }),
  aliases: table<{ alias: string, account: string }>()({ name: 'account-aliases', scope: 'cloud', key: row => [row.alias] }),
  sshKeys: table<SshKeyRow>()({ name: 'ssh-keys', scope: 'account', key: row => [row.user.toLowerCase(), row.id] }),
  signingCertificates: table<SigningCertificateRow>()({ name: 'signing-certificates', scope: 'account', key: row => [row.user.toLowerCase(), row.id] }),
  serverCertificates: table<ServerCertificateRow>()({ name: 'server-certificates', scope: 'account', key: byName }),
  lastUses: table<LastUse & { id: string }>()({ name: 'last-uses', scope: 'cloud', key: row => [row.id] }),
  accessKeys: table<AccessKeyRow>()({ name: 'access-keys', scope: 'cloud', key: row => [row.id] }),
  /** Ids of keys that were deleted: they are not unknown ones, which the loopback interface trusts. */
  deletedKeys: table<{ id: string }>()({ name: 'deleted-keys', scope: 'cloud', key: row => [row.id] }),
  secrets: table<SecretRow>()({ name: 'secrets', scope: 'cloud', key: row => [row.name] }),
}

/** What IAM has of the identity provider: whom to tell that policies or keys of an account have changed, and when keys were used. */
export interface IamState {
  changed: (account: string) => void
  /** Of an access key's id, or a role's ARN. */
  lastUsed: (id: string) => LastUse | undefined
  flush: () => Promise<void>
}
export type Iam = Scope<typeof tables, IamState>

/** An operation that changes what the identity provider may hold in memory: it is told as soon as the change has committed. */
export function changing<I, O>(operation: (iam: Iam, input: I) => Promise<O>): (iam: Iam, input: I) => Promise<O> {
  return longRunning(async (iam: Iam, input: I) => {
    const output = await iam.transact(inside => operation(inside, input))
    iam.state.changed(iam.account)
    return output
  })
}

export const NoSuchEntity = awsError('NoSuchEntityException', 404)
export const EntityAlreadyExists = awsError('EntityAlreadyExistsException', 409)
export const DeleteConflict = awsError('DeleteConflictException', 409)
export const LimitExceeded = awsError('LimitExceededException', 409)
export const MalformedPolicyDocument = awsError('MalformedPolicyDocumentException', 400)
export const InvalidInput = awsError('InvalidInputException', 400)
export const UnmodifiableEntity = awsError('UnmodifiableEntityException', 400)
export const PasswordPolicyViolation = awsError('PasswordPolicyViolationException', 400)
export const InvalidUserType = awsError('InvalidUserTypeException', 400)
export const InvalidAuthenticationCode = awsError('InvalidAuthenticationCodeException', 403)
export const InvalidPublicKey = awsError('InvalidPublicKeyException', 400)
export const DuplicateSSHPublicKey = awsError('DuplicateSSHPublicKeyException', 400)
export const UnrecognizedPublicKeyEncoding = awsError('UnrecognizedPublicKeyEncodingException', 400)
export const MalformedCertificate = awsError('MalformedCertificateException', 400)
export const DuplicateCertificate = awsError('DuplicateCertificateException', 409)
export const KeyPairMismatch = awsError('KeyPairMismatchException', 400)
export const CredentialReportNotPresent = awsError('CredentialReportNotPresentException', 410)
export const CredentialReportExpired = awsError('CredentialReportExpiredException', 410)
export const AccessDenied = awsError('AccessDenied', 403)
export const ValidationError = awsError('ValidationError', 400)

export const attachedPoliciesPerEntityMax = 10
export const versionsPerPolicyMax = 5
export const accessKeysPerUserMax = 2
export const groupsPerUserMax = 10
export const managedPolicyCharactersMax = 6144
export const trustPolicyCharactersMax = 2048
/** Of all inline policies of one entity together, white space not counted. */
export const inlinePolicyCharactersMax: Record<EntityKind, number> = { role: 10_240, user: 2048, group: 5120 }
