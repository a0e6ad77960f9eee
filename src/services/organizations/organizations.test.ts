import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { IAM } from '@aws-sdk/client-iam'
import { Organizations } from '@aws-sdk/client-organizations'
import { SQS } from '@aws-sdk/client-sqs'
import { STS } from '@aws-sdk/client-sts'
import { startCloud, type TestCloud } from '../../testing/index.ts'

const manager = '111111111111'
const outsider = '222222222222'
let cloud: TestCloud
let orgs: Organizations
let organizationId: string
let rootId: string
const at = (account: string) => ({ ...cloud.client, credentials: { accessKeyId: account, secretAccessKey: 'x' } })
before(async () => {
  cloud = await startCloud()
  orgs = new Organizations(at(manager))
  organizationId = (await orgs.createOrganization({})).Organization!.Id!
  rootId = (await orgs.listRoots({})).Roots![0]!.Id!
})
after(() => cloud.stop())

let emails = 0
async function newAccount(): Promise<string> {
  const { CreateAccountStatus: begun } = await orgs.createAccount({ AccountName: 'team', Email: `team${emails++}@example.com` })
  assert.equal(begun!.State, 'IN_PROGRESS')
  await cloud.settle()
  const { CreateAccountStatus: done } = await orgs.describeCreateAccountStatus({ CreateAccountRequestId: begun!.Id })
  assert.equal(done!.State, 'SUCCEEDED')
  return done!.AccountId!
}

const document = (...Statement: object[]) => JSON.stringify({ Version: '2012-10-17', Statement })
const denying = (Action: string, more: object = {}) => document({ Effect: 'Deny', Action, Resource: '*', ...more })
let policies = 0
const newPolicy = async (Content: string) =>
  (await orgs.createPolicy({ Name: `p${policies++}`, Description: '', Type: 'SERVICE_CONTROL_POLICY', Content })).Policy!.PolicySummary!

test('CreateOrganization: the caller manages it, and service control policies are enabled', async () => {
  const { Organization } = await orgs.describeOrganization({})
  assert.deepEqual([Organization!.MasterAccountId, Organization!.FeatureSet], [manager, 'ALL'])
  assert.equal(Organization!.Arn, `arn:aws:organizations::${manager}:organization/${organizationId}`)
  assert.deepEqual((await orgs.listRoots({})).Roots![0]!.PolicyTypes, [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }])
  await assert.rejects(orgs.createOrganization({}), { name: 'AlreadyInOrganizationException' })
  await assert.rejects(new Organizations(at(outsider)).describeOrganization({}), {
    name: 'AWSOrganizationsNotInUseException', message: 'Your account is not a member of an organization.',
  })
})

test('CreateAccount: the account is real, and the management account enters it by its role', async () => {
  const account = await newAccount()
  const { Role } = await new IAM(at(account)).getRole({ RoleName: 'OrganizationAccountAccessRole' })
  assert.match(decodeURIComponent(Role!.AssumeRolePolicyDocument!), new RegExp(`arn:aws:iam::${manager}:root`))
  assert.ok((await new IAM(at(account)).getRole({ RoleName: 'AWSServiceRoleForOrganizations' })).Role)
  const iam = new IAM(at(manager))
  await iam.createUser({ UserName: `enters-${account}` })
  await iam.putUserPolicy({
    UserName: `enters-${account}`, PolicyName: 'p', PolicyDocument: document({ Effect: 'Allow', Action: 'sts:AssumeRole', Resource: '*' })
  })
  const { AccessKey } = await iam.createAccessKey({ UserName: `enters-${account}` })
  const credentials = { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! }
  const { Credentials } = await new STS({ ...cloud.client, credentials }).assumeRole({ RoleArn: Role!.Arn, RoleSessionName: 'enter' })
  const session = { accessKeyId: Credentials!.AccessKeyId!, secretAccessKey: Credentials!.SecretAccessKey!, sessionToken: Credentials!.SessionToken! }
  const { QueueUrl } = await new SQS({ ...cloud.client, credentials: session }).createQueue({ QueueName: 'inside' })
  assert.match(QueueUrl!, new RegExp(account))
  const { Account } = await orgs.describeAccount({ AccountId: account })
  assert.deepEqual([Account!.Name, Account!.JoinedMethod, Account!.Status], ['team', 'CREATED', 'ACTIVE'])
})

test('CreateAccount: an address that is taken fails the request', async () => {
  await orgs.createAccount({ AccountName: 'a', Email: 'twice@example.com' })
  await cloud.settle()
  const { CreateAccountStatus } = await orgs.createAccount({ AccountName: 'b', Email: 'Twice@example.com' })
  await cloud.settle()
  const { CreateAccountStatuses } = await orgs.listCreateAccountStatus({ States: ['FAILED'] })
  assert.deepEqual(CreateAccountStatuses!.map(({ Id, FailureReason }) => [Id, FailureReason]), [[CreateAccountStatus!.Id, 'EMAIL_ALREADY_EXISTS']])
})

test('units: nested five deep, with unique names, deleted when they are empty', async () => {
  const made = async (ParentId: string, Name: string) => (await orgs.createOrganizationalUnit({ ParentId, Name })).OrganizationalUnit!.Id!
  const units = [rootId]
  for (const name of ['a', 'b', 'c', 'd', 'e']) units.push(await made(units.at(-1)!, name))
  await assert.rejects(made(units.at(-1)!, 'f'), (error: any) => error.name === 'ConstraintViolationException' && error.Reason === 'OU_DEPTH_LIMIT_EXCEEDED')
  await assert.rejects(made(rootId, 'a'), { name: 'DuplicateOrganizationalUnitException' })
  await assert.rejects(made('ou-none-12345678', 'a'), { name: 'ParentNotFoundException' })
  await assert.rejects(orgs.deleteOrganizationalUnit({ OrganizationalUnitId: units[1] }), { name: 'OrganizationalUnitNotEmptyException' })
  const { OrganizationalUnits } = await orgs.listOrganizationalUnitsForParent({ ParentId: units[1] })
  assert.deepEqual(OrganizationalUnits!.map(({ Name }) => Name), ['b'])
  assert.equal((await orgs.updateOrganizationalUnit({ OrganizationalUnitId: units[2], Name: 'B' })).OrganizationalUnit!.Name, 'B')
  assert.deepEqual((await orgs.listParents({ ChildId: units[2] })).Parents, [{ Id: units[1], Type: 'ORGANIZATIONAL_UNIT' }])
  const account = await newAccount()
  await orgs.moveAccount({ AccountId: account, SourceParentId: rootId, DestinationParentId: units[5] })
  await assert.rejects(orgs.moveAccount({ AccountId: account, SourceParentId: rootId, DestinationParentId: units[5] }), {
    name: 'SourceParentNotFoundException'
  })
  assert.deepEqual((await orgs.listChildren({ ParentId: units[5], ChildType: 'ACCOUNT' })).Children, [{ Id: account, Type: 'ACCOUNT' }])
  await orgs.moveAccount({ AccountId: account, SourceParentId: units[5], DestinationParentId: rootId })
  for (const OrganizationalUnitId of units.slice(1).reverse()) await orgs.deleteOrganizationalUnit({ OrganizationalUnitId })
  await assert.rejects(orgs.describeOrganizationalUnit({ OrganizationalUnitId: units[1] }), { name: 'OrganizationalUnitNotFoundException' })
})

test('AttachPolicy: a denial bounds the root of a member at the next call, never the management account', async () => {
  const account = await newAccount()
  const sqs = new SQS(at(account))
  await sqs.listQueues({})
  const { Id, Arn } = await newPolicy(denying('sqs:CreateQueue'))
  await orgs.attachPolicy({ PolicyId: Id, TargetId: rootId })
  await assert.rejects(sqs.createQueue({ QueueName: 'q' }), {
    name: 'AccessDenied',
    message: `User: arn:aws:iam::${account}:root is not authorized to perform: sqs:CreateQueue on resource: arn:aws:sqs:us-east-1:${account}:q`
      + ` with an explicit deny in a service control policy: ${Arn}`,
  })
  await sqs.listQueues({})
  await new SQS(at(manager)).createQueue({ QueueName: 'q' })
  await orgs.updatePolicy({ PolicyId: Id, Content: denying('sqs:ListQueues') })
  await assert.rejects(sqs.listQueues({}), { name: 'AccessDenied' })
  assert.deepEqual(
    (await orgs.listTargetsForPolicy({ PolicyId: Id })).Targets!.map(({ TargetId, Type, Name }) => [TargetId, Type, Name]), [[rootId, 'ROOT', 'Root']]
  )
  await assert.rejects(orgs.attachPolicy({ PolicyId: Id, TargetId: rootId }), { name: 'DuplicatePolicyAttachmentException' })
  await assert.rejects(orgs.deletePolicy({ PolicyId: Id }), { name: 'PolicyInUseException' })
  await orgs.detachPolicy({ PolicyId: Id, TargetId: rootId })
  await sqs.listQueues({})
  await orgs.deletePolicy({ PolicyId: Id })
})

test('every level from the root to the account has to allow', async () => {
  const account = await newAccount()
  const unit = (await orgs.createOrganizationalUnit({ ParentId: rootId, Name: 'narrow' })).OrganizationalUnit!.Id!
  await orgs.moveAccount({ AccountId: account, SourceParentId: rootId, DestinationParentId: unit })
  const { Id } = await newPolicy(document({ Effect: 'Allow', Action: 'sqs:*', Resource: '*' }))
  await assert.rejects(
    orgs.detachPolicy({ PolicyId: 'p-FullAWSAccess', TargetId: unit }), (error: any) => error.Reason === 'MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED'
  )
  await orgs.attachPolicy({ PolicyId: Id, TargetId: unit })
  await orgs.detachPolicy({ PolicyId: 'p-FullAWSAccess', TargetId: unit })
  await new SQS(at(account)).listQueues({})
  await assert.rejects(new IAM(at(account)).listUsers({}), { message: /because no service control policy allows the iam:ListUsers action$/ })
  await orgs.moveAccount({ AccountId: account, SourceParentId: unit, DestinationParentId: rootId })
  await new IAM(at(account)).listUsers({})
})

test('CreatePolicy: names are unique, documents are checked, other types are refused by name', async () => {
  const create = (more: object) => orgs.createPolicy({ Name: 'n', Description: '', Type: 'SERVICE_CONTROL_POLICY', Content: denying('s3:*'), ...more })
  const { Policy } = await create({})
  await assert.rejects(create({}), { name: 'DuplicatePolicyException' })
  await assert.rejects(create({ Name: 'm', Content: '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}]}' }), {
    name: 'MalformedPolicyDocumentException', message: 'The provided policy document does not meet the requirements of the specified policy type.',
  })
  await assert.rejects(
    create({ Name: 'm', Content: denying('s3:*', { Sid: 'x'.repeat(5200) }) }), (error: any) => error.Reason === 'POLICY_CONTENT_LIMIT_EXCEEDED'
  )
  await assert.rejects(
    create({ Type: 'TAG_POLICY' }), (error: any) => error.name === 'InvalidInputException' && /TAG_POLICY are not supported/.test(error.message)
  )
  await assert.rejects(orgs.updatePolicy({ PolicyId: 'p-FullAWSAccess', Name: 'x' }), (error: any) => error.Reason === 'IMMUTABLE_POLICY')
  assert.equal((await orgs.describePolicy({ PolicyId: Policy!.PolicySummary!.Id })).Policy!.Content, denying('s3:*'))
  assert.ok((await orgs.listPolicies({ Filter: 'SERVICE_CONTROL_POLICY' })).Policies!.some(({ Name, AwsManaged }) => Name === 'FullAWSAccess' && AwsManaged))
})

test('InviteAccountToOrganization: the account accepts, is bounded, and leaves', async () => {
  const { Handshake } = await orgs.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: outsider }, Notes: 'join us' })
  const theirs = new Organizations(at(outsider))
  assert.deepEqual((await theirs.listHandshakesForAccount({})).Handshakes!.map(({ Id, State }) => [Id, State]), [[Handshake!.Id, 'OPEN']])
  await assert.rejects(orgs.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: outsider } }), { name: 'DuplicateHandshakeException' })
  await assert.rejects(new Organizations(at('333333333333')).acceptHandshake({ HandshakeId: Handshake!.Id }), { name: 'AccessDeniedException' })
  await assert.rejects(theirs.cancelHandshake({ HandshakeId: Handshake!.Id }), { name: 'AccessDeniedException' })
  assert.equal((await theirs.acceptHandshake({ HandshakeId: Handshake!.Id })).Handshake!.State, 'ACCEPTED')
  assert.equal((await theirs.describeOrganization({})).Organization!.Id, organizationId)
  await assert.rejects(theirs.listAccounts({}), { name: 'AccessDeniedException', message: "You don't have permissions to access this resource." })
  const { Id } = await newPolicy(denying('sqs:*'))
  await orgs.attachPolicy({ PolicyId: Id, TargetId: outsider })
  await assert.rejects(new SQS(at(outsider)).listQueues({}), { name: 'AccessDenied' })
  await theirs.leaveOrganization({})
  await new SQS(at(outsider)).listQueues({})
  await assert.rejects(orgs.describeAccount({ AccountId: outsider }), { name: 'AccountNotFoundException' })
  await assert.rejects(orgs.leaveOrganization({}), { name: 'MasterCannotLeaveOrganizationException' })
})

test('an invitation is good for fifteen days', async () => {
  const { Handshake } = await orgs.inviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: '444444444444' } })
  await cloud.clock.advance(15 * 86_400_000)
  const theirs = new Organizations(at('444444444444'))
  assert.equal((await theirs.describeHandshake({ HandshakeId: Handshake!.Id })).Handshake!.State, 'EXPIRED')
  await assert.rejects(theirs.acceptHandshake({ HandshakeId: Handshake!.Id }), { name: 'InvalidHandshakeTransitionException' })
})

test('a delegated administrator reads the organization, and stays while it is one', async () => {
  const account = await newAccount()
  const service = { AccountId: account, ServicePrincipal: 'config.amazonaws.com' }
  await assert.rejects(orgs.registerDelegatedAdministrator(service), (error: any) => error.Reason === 'SERVICE_ACCESS_NOT_ENABLED')
  await orgs.enableAWSServiceAccess(service)
  assert.deepEqual((await orgs.listAWSServiceAccessForOrganization({})).EnabledServicePrincipals!.map(one => one.ServicePrincipal), ['config.amazonaws.com'])
  await orgs.registerDelegatedAdministrator(service)
  await assert.rejects(orgs.registerDelegatedAdministrator(service), { name: 'AccountAlreadyRegisteredException' })
  assert.ok((await new Organizations(at(account)).listAccounts({})).Accounts!.length > 1)
  await assert.rejects(new Organizations(at(account)).createOrganizationalUnit({ ParentId: rootId, Name: 'x' }), { name: 'AccessDeniedException' })
  assert.deepEqual((await orgs.listDelegatedAdministrators({})).DelegatedAdministrators!.map(({ Id }) => Id), [account])
  assert.deepEqual(
    (await orgs.listDelegatedServicesForAccount({ AccountId: account })).DelegatedServices!.map(one => one.ServicePrincipal), ['config.amazonaws.com']
  )
  await assert.rejects(
    orgs.removeAccountFromOrganization({ AccountId: account }), (error: any) => error.Reason === 'CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG'
  )
  await assert.rejects(orgs.disableAWSServiceAccess(service), (error: any) => error.Reason === 'DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE')
  await orgs.deregisterDelegatedAdministrator(service)
  await orgs.disableAWSServiceAccess(service)
  await orgs.removeAccountFromOrganization({ AccountId: account })
})

test('tags of accounts, units, policies and the root', async () => {
  const { Id } = await newPolicy(denying('s3:*'))
  for (const ResourceId of [rootId, Id!, await newAccount()]) {
    await orgs.tagResource({ ResourceId, Tags: [{ Key: 'a', Value: '1' }, { Key: 'b', Value: '2' }] })
    await orgs.untagResource({ ResourceId, TagKeys: ['a'] })
    assert.deepEqual((await orgs.listTagsForResource({ ResourceId })).Tags, [{ Key: 'b', Value: '2' }])
  }
  await assert.rejects(orgs.tagResource({ ResourceId: '999999999999', Tags: [{ Key: 'a', Value: '1' }] }), { name: 'TargetNotFoundException' })
})

test('aws:PrincipalOrgID and aws:PrincipalOrgPaths open a queue to the organization alone', async () => {
  const account = await newAccount()
  const owner = new SQS(at(manager))
  const { QueueUrl } = await owner.createQueue({ QueueName: 'shared' })
  const open = (Condition: object) => owner.setQueueAttributes({
    QueueUrl: QueueUrl!, Attributes: { Policy: document({ Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*', Condition }) },
  })
  const send = (from: string) => new SQS(at(from)).sendMessage({ QueueUrl: QueueUrl!, MessageBody: 'x' })
  await open({ StringEquals: { 'aws:PrincipalOrgID': organizationId } })
  await send(account)
  await assert.rejects(send('555555555555'), { name: 'AccessDenied' })
  await open({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${organizationId}/${rootId}/ou-*` } })
  await assert.rejects(send(account), { name: 'AccessDenied' })
  await open({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': `${organizationId}/${rootId}/*` } })
  await send(account)
  const { Id } = await newPolicy(denying('sqs:SendMessage', { Condition: { StringEquals: { 'aws:ResourceOrgID': organizationId } } }))
  await orgs.attachPolicy({ PolicyId: Id, TargetId: account })
  await assert.rejects(send(account), { name: 'AccessDenied' })
})

test('DisablePolicyType lifts every bound; enabled again, everything has FullAWSAccess', async () => {
  const account = await newAccount()
  const { Id } = await newPolicy(denying('sqs:*'))
  await orgs.attachPolicy({ PolicyId: Id, TargetId: account })
  const sqs = new SQS(at(account))
  await assert.rejects(sqs.listQueues({}), { name: 'AccessDenied' })
  await orgs.disablePolicyType({ RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' })
  await sqs.listQueues({})
  await assert.rejects(orgs.attachPolicy({ PolicyId: Id, TargetId: account }), { name: 'PolicyTypeNotEnabledException' })
  await orgs.enablePolicyType({ RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' })
  await sqs.listQueues({})
  assert.deepEqual(
    (await orgs.listPoliciesForTarget({ TargetId: account, Filter: 'SERVICE_CONTROL_POLICY' })).Policies!.map(policy => policy.Id), ['p-FullAWSAccess'],
  )
})

test('ListAccounts answers in pages', async () => {
  const all: string[] = []
  let NextToken: string | undefined
  do {
    const page = await orgs.listAccounts({ MaxResults: 2, ...NextToken && { NextToken } })
    assert.ok(page.Accounts!.length <= 2)
    all.push(...page.Accounts!.map(({ Id }) => Id!))
    NextToken = page.NextToken
  } while (NextToken)
  assert.ok(all.includes(manager) && all.length > 4 && new Set(all).size === all.length)
  await assert.rejects(orgs.listAccounts({ NextToken: 'nonsense' }), (error: any) => error.Reason === 'INVALID_NEXT_TOKEN')
})

test('a stack makes an organization, and takes it down', async () => {
  const { cloudformation, organizations } = cloud.aws('666666666666')
  const Content = { Version: '2012-10-17', Statement: [{ Effect: 'Deny', Action: 'sqs:*', Resource: '*' }] }
  const Resources = {
    Org: { Type: 'AWS::Organizations::Organization' },
    Unit: { Type: 'AWS::Organizations::OrganizationalUnit', Properties: { Name: 'teams', ParentId: { 'Fn::GetAtt': ['Org', 'RootId'] } } },
    Account: { Type: 'AWS::Organizations::Account', Properties: { AccountName: 'x', Email: 'x@example.com', ParentIds: [{ Ref: 'Unit' }] } },
    Policy: { Type: 'AWS::Organizations::Policy', Properties: { Name: 'no-sqs', Type: 'SERVICE_CONTROL_POLICY', Content, TargetIds: [{ Ref: 'Unit' }] } },
  }
  const TemplateBody = JSON.stringify({ Resources, Outputs: { Account: { Value: { Ref: 'Account' } } } })
  await cloudformation.CreateStack({ StackName: 'org', TemplateBody })
  await cloud.clock.advance(5000)
  const [stack] = (await cloudformation.DescribeStacks({ StackName: 'org' })).Stacks!
  assert.equal(stack!.StackStatus, 'CREATE_COMPLETE', stack!.StackStatusReason)
  await assert.rejects(new SQS(at(stack!.Outputs![0]!.OutputValue!)).listQueues({}), { name: 'AccessDenied' })
  await cloudformation.DeleteStack({ StackName: 'org' })
  await cloud.clock.advance(5000)
  await assert.rejects(organizations.DescribeOrganization({}), { name: 'AWSOrganizationsNotInUseException' })
})
