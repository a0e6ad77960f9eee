import type { Organizations } from '@aws-sdk/client-organizations'
import { service, type Scope } from '../../platform/service.ts'
import { DeregisterDelegatedAdministrator } from './access/DeregisterDelegatedAdministrator.ts'
import { DisableAWSServiceAccess } from './access/DisableAWSServiceAccess.ts'
import { EnableAWSServiceAccess } from './access/EnableAWSServiceAccess.ts'
import { ListAWSServiceAccessForOrganization } from './access/ListAWSServiceAccessForOrganization.ts'
import { ListDelegatedAdministrators } from './access/ListDelegatedAdministrators.ts'
import { ListDelegatedServicesForAccount } from './access/ListDelegatedServicesForAccount.ts'
import { RegisterDelegatedAdministrator } from './access/RegisterDelegatedAdministrator.ts'
import { CreateAccount, makeAccount } from './accounts/CreateAccount.ts'
import { DescribeAccount } from './accounts/DescribeAccount.ts'
import { DescribeCreateAccountStatus } from './accounts/DescribeCreateAccountStatus.ts'
import { LeaveOrganization } from './accounts/LeaveOrganization.ts'
import { ListAccounts } from './accounts/ListAccounts.ts'
import { ListAccountsForParent } from './accounts/ListAccountsForParent.ts'
import { ListCreateAccountStatus } from './accounts/ListCreateAccountStatus.ts'
import { MoveAccount } from './accounts/MoveAccount.ts'
import { RemoveAccountFromOrganization } from './accounts/RemoveAccountFromOrganization.ts'
import { byType, on, onAdministrator, onHandshake, onNewPolicy, onNothing, onPolicies, onService, onTarget } from './authorization.ts'
import { resourceTypes } from './cloudformation.ts'
import { AcceptHandshake } from './handshakes/AcceptHandshake.ts'
import { CancelHandshake } from './handshakes/CancelHandshake.ts'
import { DeclineHandshake } from './handshakes/DeclineHandshake.ts'
import { DescribeHandshake } from './handshakes/DescribeHandshake.ts'
import { InviteAccountToOrganization } from './handshakes/InviteAccountToOrganization.ts'
import { ListHandshakesForAccount } from './handshakes/ListHandshakesForAccount.ts'
import { ListHandshakesForOrganization } from './handshakes/ListHandshakesForOrganization.ts'
import { makeLinkedRole } from './linked-role.ts'
import { CreateOrganization } from './organization/CreateOrganization.ts'
import { DeleteOrganization } from './organization/DeleteOrganization.ts'
import { DescribeOrganization } from './organization/DescribeOrganization.ts'
import { DisablePolicyType } from './organization/DisablePolicyType.ts'
import { EnablePolicyType } from './organization/EnablePolicyType.ts'
import { ListRoots } from './organization/ListRoots.ts'
import { AttachPolicy } from './policies/AttachPolicy.ts'
import { CreatePolicy } from './policies/CreatePolicy.ts'
import { DeletePolicy } from './policies/DeletePolicy.ts'
import { DescribePolicy } from './policies/DescribePolicy.ts'
import { DetachPolicy } from './policies/DetachPolicy.ts'
import { ListPolicies } from './policies/ListPolicies.ts'
import { ListPoliciesForTarget } from './policies/ListPoliciesForTarget.ts'
import { ListTargetsForPolicy } from './policies/ListTargetsForPolicy.ts'
import { UpdatePolicy } from './policies/UpdatePolicy.ts'
import { changing, type Orgs } from './state.ts'
import { tables } from './tables.ts'
import { ListTagsForResource } from './tags/ListTagsForResource.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'
import { CreateOrganizationalUnit } from './units/CreateOrganizationalUnit.ts'
import { DeleteOrganizationalUnit } from './units/DeleteOrganizationalUnit.ts'
import { DescribeOrganizationalUnit } from './units/DescribeOrganizationalUnit.ts'
import { ListChildren } from './units/ListChildren.ts'
import { ListOrganizationalUnitsForParent } from './units/ListOrganizationalUnitsForParent.ts'
import { ListParents } from './units/ListParents.ts'
import { UpdateOrganizationalUnit } from './units/UpdateOrganizationalUnit.ts'

export const organizations = service<Organizations, Orgs>({
  name: 'organizations',
  billing: 'AWSOrganizations',
  tables,
  operations: {
    AcceptHandshake: changing(AcceptHandshake), AttachPolicy: changing(AttachPolicy), CancelHandshake, CreateAccount,
    CreateOrganization: changing(CreateOrganization), CreateOrganizationalUnit, CreatePolicy, DeclineHandshake,
    DeleteOrganization: changing(DeleteOrganization), DeleteOrganizationalUnit, DeletePolicy, DeregisterDelegatedAdministrator, DescribeAccount,
    DescribeCreateAccountStatus, DescribeHandshake, DescribeOrganization, DescribeOrganizationalUnit, DescribePolicy, DetachPolicy: changing(DetachPolicy),
    DisableAWSServiceAccess, DisablePolicyType: changing(DisablePolicyType), EnableAWSServiceAccess, EnablePolicyType: changing(EnablePolicyType),
    InviteAccountToOrganization, LeaveOrganization: changing(LeaveOrganization), ListAWSServiceAccessForOrganization, ListAccounts, ListAccountsForParent,
    ListChildren, ListCreateAccountStatus, ListDelegatedAdministrators, ListDelegatedServicesForAccount, ListHandshakesForAccount,
    ListHandshakesForOrganization, ListOrganizationalUnitsForParent, ListParents, ListPolicies, ListPoliciesForTarget, ListRoots, ListTagsForResource,
    ListTargetsForPolicy, MoveAccount: changing(MoveAccount), RegisterDelegatedAdministrator,
    RemoveAccountFromOrganization: changing(RemoveAccountFromOrganization), TagResource, UntagResource, UpdateOrganizationalUnit,
    UpdatePolicy: changing(UpdatePolicy),
  },
  authorization: {
    AcceptHandshake: onHandshake, AttachPolicy: onPolicies('PolicyId', 'TargetId'), CancelHandshake: onHandshake, CreateAccount: onNothing,
    CreateOrganization: onNothing, CreateOrganizationalUnit: on('ParentId'), CreatePolicy: onNewPolicy, DeclineHandshake: onHandshake,
    DeleteOrganization: onNothing, DeleteOrganizationalUnit: on('OrganizationalUnitId'), DeletePolicy: onPolicies('PolicyId'),
    DeregisterDelegatedAdministrator: onAdministrator, DescribeAccount: on('AccountId'), DescribeCreateAccountStatus: onNothing,
    DescribeHandshake: onHandshake, DescribeOrganization: onNothing, DescribeOrganizationalUnit: on('OrganizationalUnitId'),
    DescribePolicy: onPolicies('PolicyId'), DetachPolicy: onPolicies('PolicyId', 'TargetId'), DisableAWSServiceAccess: onService,
    DisablePolicyType: onPolicies('RootId'), EnableAWSServiceAccess: onService, EnablePolicyType: onPolicies('RootId'),
    InviteAccountToOrganization: onTarget, LeaveOrganization: onNothing, ListAWSServiceAccessForOrganization: onNothing, ListAccounts: onNothing,
    ListAccountsForParent: on('ParentId'), ListChildren: on('ParentId'), ListCreateAccountStatus: onNothing, ListDelegatedAdministrators: onService,
    ListDelegatedServicesForAccount: on('AccountId'), ListHandshakesForAccount: onNothing, ListHandshakesForOrganization: onNothing,
    ListOrganizationalUnitsForParent: on('ParentId'), ListParents: on('ChildId'), ListPolicies: byType, ListPoliciesForTarget: onPolicies('TargetId'),
    ListRoots: onNothing, ListTagsForResource: on('ResourceId'), ListTargetsForPolicy: onPolicies('PolicyId'),
    MoveAccount: on('AccountId', 'SourceParentId', 'DestinationParentId'), RegisterDelegatedAdministrator: onAdministrator,
    RemoveAccountFromOrganization: on('AccountId'), TagResource: on('ResourceId'), UntagResource: on('ResourceId'),
    UpdateOrganizationalUnit: on('OrganizationalUnitId'), UpdatePolicy: onPolicies('PolicyId'),
  },
  tasks: { makeAccount, makeLinkedRole },
  resourceTypes,
  open(scope: Scope) {
    const directory = scope.config.organizations
    if (!directory) throw new Error('Organizations needs the directory that the authorizer asks: see createOrganizationDirectory.')
    return { changed: () => directory.changed() }
  },
})
