import { awsManagedPolicies } from '../data/aws-managed-policies.ts'
import {
  accessKeysPerUserMax, attachedPoliciesPerEntityMax, groupsPerUserMax, inlinePolicyCharactersMax, managedPolicyCharactersMax, trustPolicyCharactersMax,
  versionsPerPolicyMax,
  type Iam, type Input, type Output,
} from '../state.ts'

/** Counts what the account has, beside what it may have. */
export async function GetAccountSummary(iam: Iam, _input: Input<'GetAccountSummary'>): Output<'GetAccountSummary'> {
  const { tables } = iam
  const [users, roles, groups, policies, versions, profiles, devices, providers, certificates] = await Promise.all([
    tables.users.list(), tables.roles.list(), tables.groups.list(), tables.policies.list(), tables.policyVersions.list(), tables.profiles.list(),
    tables.mfaDevices.list(),
    tables.openIdProviders.list(), tables.serverCertificates.list(),
  ])
  return { SummaryMap: {
    Users: users.length, UsersQuota: 5000, Groups: groups.length, GroupsQuota: 300, Roles: roles.length, RolesQuota: 1000, Policies: policies.length,
    PoliciesQuota: 1500,
    InstanceProfiles: profiles.length, InstanceProfilesQuota: 1000, PolicyVersionsInUse: versions.length + Object.keys(awsManagedPolicies).length,
    PolicyVersionsInUseQuota: 10_000,
    VersionsPerPolicyQuota: versionsPerPolicyMax, MFADevices: devices.length, MFADevicesInUse: devices.filter(device => device.user !== undefined).length,
    Providers: providers.length,
    AccessKeysPerUserQuota: accessKeysPerUserMax, GroupsPerUserQuota: groupsPerUserMax, AttachedPoliciesPerGroupQuota: attachedPoliciesPerEntityMax,
    AttachedPoliciesPerRoleQuota: attachedPoliciesPerEntityMax, AttachedPoliciesPerUserQuota: attachedPoliciesPerEntityMax,
    PolicySizeQuota: managedPolicyCharactersMax,
    AssumeRolePolicySizeQuota: trustPolicyCharactersMax, RolePolicySizeQuota: inlinePolicyCharactersMax.role,
    UserPolicySizeQuota: inlinePolicyCharactersMax.user,
    GroupPolicySizeQuota: inlinePolicyCharactersMax.group, ServerCertificates: certificates.length, ServerCertificatesQuota: 20,
    SigningCertificatesPerUserQuota: 2, GlobalEndpointTokenVersion: 2,
    AccountAccessKeysPresent: 0, AccountMFAEnabled: 0, AccountPasswordPresent: 1, AccountSigningCertificatesPresent: 0,
  } as Record<string, number> }
}
