import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudControl } from '@aws-sdk/client-cloudcontrol'
import { testStack } from '../../testing/stack.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { resourceTypes } from './cloudformation.ts'
import { codeAt, stepOf } from './mfa/totp.ts'

let cloud: TestCloud
before(async () => { cloud = await startCloud() })
after(() => cloud.stop())

const readOnly = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
const boundary = 'arn:aws:iam::aws:policy/PowerUserAccess'
const trust = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] }
const document = (Action: string) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action, Resource: '*' }] })
const inline = (PolicyName: string, action = 's3:*') => ({ PolicyName, PolicyDocument: document(action) })
const tags = [{ Key: 'own', Value: '1' }, { Key: 'stays', Value: 'x' }]
const ref = (Ref: string) => ({ Ref })
const iam = (type: string, Properties: object = {}) => ({ Type: `AWS::IAM::${type}`, Properties })

/** Each type with all that it takes; names are written out where a test has to know them. */
const full = (at: string) => ({
  Role: iam('Role', {
    RoleName: `${at}-role`, AssumeRolePolicyDocument: trust, Description: 'd', MaxSessionDuration: '7200', Path: '/p/', PermissionsBoundary: boundary,
    Tags: tags,
    ManagedPolicyArns: [readOnly], Policies: [inline('b'), inline('a')],
  }),
  User: iam('User', {
    UserName: `${at}-user`, Path: '/p/', Groups: [ref('Group')], LoginProfile: { Password: 'Secret-1234', PasswordResetRequired: 'true' },
    PermissionsBoundary: boundary,
    ManagedPolicyArns: [readOnly], Policies: [inline('b'), inline('a')], Tags: tags,
  }),
  Group: iam('Group', { GroupName: `${at}-group`, Path: '/p/', ManagedPolicyArns: [readOnly], Policies: [inline('b'), inline('a')] }),
  // What these are put on names no policies and groups of its own, which would have to name these as well.
  Bare: iam('Role', { RoleName: `${at}-bare-role`, AssumeRolePolicyDocument: JSON.stringify(trust) }),
  Someone: iam('User', { UserName: `${at}-someone` }),
  Some: iam('Group', { GroupName: `${at}-some` }),
  RolePolicy: iam('RolePolicy', { RoleName: ref('Bare'), ...inline('own') }),
  UserPolicy: iam('UserPolicy', { UserName: ref('Someone'), ...inline('own') }),
  GroupPolicy: iam('GroupPolicy', { GroupName: ref('Some'), PolicyName: 'own', PolicyDocument: JSON.stringify(document('s3:*')) }),
  Policy: iam('Policy', { ...inline('shared'), Roles: [ref('Bare')], Users: [ref('Someone')], Groups: [ref('Some')] }),
  ManagedPolicy: iam('ManagedPolicy', {
    ManagedPolicyName: `${at}-managed`, Path: '/p/', Description: 'd', PolicyDocument: document('s3:*'), Roles: [ref('Bare')], Users: [ref('Someone')],
    Groups: [ref('Some')],
  }),
  Addition: iam('UserToGroupAddition', { GroupName: ref('Some'), Users: [ref('Someone')] }),
  InstanceProfile: iam('InstanceProfile', { InstanceProfileName: `${at}-profile`, Path: '/p/', Roles: [ref('Bare')] }),
  AccessKey: iam('AccessKey', { UserName: ref('Someone'), Status: 'Inactive', Serial: 2 }),
  Provider: iam('OIDCProvider', { Url: `https://${at}.example.com`, ClientIdList: ['b', 'a'], ThumbprintList: ['a'.repeat(40)], Tags: tags }),
  Linked: iam('ServiceLinkedRole', { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: at, Description: 'd' }),
  Device: iam('VirtualMFADevice', { VirtualMfaDeviceName: `${at}-phone`, Path: '/p/', Users: [ref('Someone')], Tags: tags }),
})

/** Each type with what it needs and nothing more. */
const least = {
  Role: iam('Role', { AssumeRolePolicyDocument: trust }), User: iam('User'), Group: iam('Group'),
  ManagedPolicy: iam('ManagedPolicy', { PolicyDocument: document('s3:*') }),
  LoginUser: iam('User', { LoginProfile: { Password: 'Secret-1234' } }),
  StrictUser: iam('User', { LoginProfile: { Password: 'Secret-1234', PasswordResetRequired: false } }),
  Policy: iam('Policy', { ...inline('p'), Roles: [ref('Role')] }), Addition: iam('UserToGroupAddition', { GroupName: ref('Group'), Users: [ref('User')] }),
  RolePolicy: iam('RolePolicy', { RoleName: ref('Role'), ...inline('own') }), InstanceProfile: iam('InstanceProfile', { Roles: [ref('Role')] }),
  AccessKey: iam('AccessKey', { UserName: ref('User') }), Provider: iam('OIDCProvider', { Url: 'https://least.example.com' }),
  Linked: iam('ServiceLinkedRole', { AWSServiceName: 'ecs.amazonaws.com' }), Device: iam('VirtualMFADevice', { Users: [ref('User')] }),
}

const inSync = (resources: object) => Object.fromEntries(Object.keys(resources).map(id => [id, 'IN_SYNC']))
const changed = JSON.stringify(document('sqs:*'))

test('a stack of every IAM type is in sync after it was created, with all properties and with none that can be left out', async () => {
  const stack = testStack(cloud, 'least')
  await stack.create(least, [{ Key: 'team', Value: 'fog' }])
  assert.deepEqual(await stack.drifts(), inSync(least))
  const whole = testStack(cloud, 'whole')
  await whole.create(full('whole'), [{ Key: 'team', Value: 'fog' }])
  assert.deepEqual(await whole.drifts(), inSync(full('whole')))
  const types = new Set(Object.values(full('')).map(({ Type }) => Type))
  assert.deepEqual(Object.entries(resourceTypes).filter(([type, { read }]) => !read || !types.has(type)), [], 'every type is looked at here')
})

test('what is changed beside the stack is told, property by property', async () => {
  const stack = testStack(cloud, 'changed')
  await stack.create(full('changed'))
  const { iam: api } = cloud.aws()
  const { Device, Provider, ManagedPolicy, AccessKey, Linked } = await stack.ids()
  const [RoleName, UserName, GroupName, bare, someone, some] = [
    'changed-role', 'changed-user', 'changed-group', 'changed-bare-role', 'changed-someone', 'changed-some'
  ]
  await api.UpdateAssumeRolePolicy({
    RoleName, PolicyDocument: JSON.stringify({ ...trust, Statement: [{ ...trust.Statement[0], Principal: { Service: 'ecs.amazonaws.com' } }] })
  })
  await api.UpdateRole({ RoleName, Description: 'other', MaxSessionDuration: 3600 })
  await api.DeleteRolePermissionsBoundary({ RoleName })
  await api.PutRolePolicy({ RoleName, PolicyName: 'c', PolicyDocument: changed })
  await api.DeleteRolePolicy({ RoleName, PolicyName: 'b' })
  await api.TagRole({ RoleName, Tags: [{ Key: 'own', Value: '2' }] })
  await api.UpdateUser({ UserName, NewPath: '/q/' })
  await api.UpdateLoginProfile({ UserName, PasswordResetRequired: false })
  await api.PutUserPermissionsBoundary({ UserName, PermissionsBoundary: readOnly })
  await api.PutUserPolicy({ UserName, PolicyName: 'a', PolicyDocument: changed })
  await api.RemoveUserFromGroup({ UserName, GroupName })
  await api.UntagUser({ UserName, TagKeys: ['own'] })
  await api.UpdateGroup({ GroupName, NewPath: '/q/' })
  await api.DetachGroupPolicy({ GroupName, PolicyArn: readOnly })
  await api.PutRolePolicy({ RoleName: bare, PolicyName: 'own', PolicyDocument: changed })
  await api.PutUserPolicy({ UserName: someone, PolicyName: 'own', PolicyDocument: changed })
  await api.PutGroupPolicy({ GroupName: some, PolicyName: 'own', PolicyDocument: changed })
  await api.PutUserPolicy({ UserName: someone, PolicyName: 'shared', PolicyDocument: changed })
  await api.DeleteRolePolicy({ RoleName: bare, PolicyName: 'shared' })
  await api.CreatePolicyVersion({ PolicyArn: ManagedPolicy!, PolicyDocument: changed, SetAsDefault: true })
  await api.AttachRolePolicy({ RoleName, PolicyArn: ManagedPolicy! })
  await api.DetachUserPolicy({ UserName: someone, PolicyArn: ManagedPolicy! })
  await api.AddUserToGroup({ UserName, GroupName: some })
  await api.RemoveRoleFromInstanceProfile({ InstanceProfileName: 'changed-profile', RoleName: bare })
  await api.UpdateAccessKey({ UserName: someone, AccessKeyId: AccessKey, Status: 'Active' })
  await api.AddClientIDToOpenIDConnectProvider({ OpenIDConnectProviderArn: Provider, ClientID: 'c' })
  await api.UpdateOpenIDConnectProviderThumbprint({ OpenIDConnectProviderArn: Provider, ThumbprintList: ['b'.repeat(40)] })
  await api.TagOpenIDConnectProvider({ OpenIDConnectProviderArn: Provider, Tags: [{ Key: 'new', Value: 'n' }] })
  await api.UpdateRole({ RoleName: Linked!, Description: 'other' })
  await api.TagMFADevice({ SerialNumber: Device, Tags: [{ Key: 'own', Value: '2' }] })
  assert.deepEqual(await stack.drifts(), {
    ...inSync(full('')),
    Role: [
      'ADD /ManagedPolicyArns/1', 'ADD /Policies/1', 'NOT_EQUAL /AssumeRolePolicyDocument/Statement/0/Principal/Service', 'NOT_EQUAL /Description',
      'NOT_EQUAL /MaxSessionDuration',
      'NOT_EQUAL /Tags/0/Value', 'REMOVE /PermissionsBoundary', 'REMOVE /Policies/0',
    ],
    User: [
      'NOT_EQUAL /LoginProfile/PasswordResetRequired', 'NOT_EQUAL /Path', 'NOT_EQUAL /PermissionsBoundary',
      'NOT_EQUAL /Policies/1/PolicyDocument/Statement/0/Action',
      'ADD /Groups/0', 'REMOVE /Groups/0', 'REMOVE /Tags/0',
    ].sort(),
    Group: ['NOT_EQUAL /Path', 'REMOVE /ManagedPolicyArns/0'],
    RolePolicy: ['NOT_EQUAL /PolicyDocument/Statement/0/Action'], UserPolicy: ['NOT_EQUAL /PolicyDocument/Statement/0/Action'],
    GroupPolicy: ['NOT_EQUAL /PolicyDocument/Statement/0/Action'],
    Policy: ['NOT_EQUAL /PolicyDocument/Statement/0/Action', 'REMOVE /Roles/0'],
    ManagedPolicy: ['ADD /Roles/1', 'NOT_EQUAL /PolicyDocument/Statement/0/Action', 'REMOVE /Users/0'],
    // Others who join a group are no matter of the addition.
    InstanceProfile: ['REMOVE /Roles/0'], AccessKey: ['NOT_EQUAL /Status'],
    Provider: ['ADD /ClientIdList/2', 'ADD /Tags/0', 'ADD /ThumbprintList/0', 'REMOVE /ThumbprintList/0'],
    Linked: ['NOT_EQUAL /Description'], Device: ['NOT_EQUAL /Tags/0/Value'],
  })
  await api.DeleteLoginProfile({ UserName })
  assert.ok((await stack.drifts()).User!.includes('REMOVE /LoginProfile'))
})

test('what is deleted beside the stack is told as deleted', async () => {
  const stack = testStack(cloud, 'gone')
  await stack.create(full('gone'))
  const { iam: api } = cloud.aws()
  const { Device, Provider, ManagedPolicy, AccessKey, Linked } = await stack.ids()
  await api.DeleteVirtualMFADevice({ SerialNumber: Device })
  await api.DeleteOpenIDConnectProvider({ OpenIDConnectProviderArn: Provider })
  await api.DeleteServiceLinkedRole({ RoleName: Linked })
  await api.RemoveRoleFromInstanceProfile({ InstanceProfileName: 'gone-profile', RoleName: 'gone-bare-role' })
  await api.DeleteInstanceProfile({ InstanceProfileName: 'gone-profile' })
  await api.DeleteAccessKey({ UserName: 'gone-someone', AccessKeyId: AccessKey })
  await api.RemoveUserFromGroup({ UserName: 'gone-someone', GroupName: 'gone-some' })
  for (const PolicyName of ['own', 'shared']) {
    await api.DeleteRolePolicy({ RoleName: 'gone-bare-role', PolicyName })
    await api.DeleteUserPolicy({ UserName: 'gone-someone', PolicyName })
    await api.DeleteGroupPolicy({ GroupName: 'gone-some', PolicyName })
  }
  await api.DetachRolePolicy({ RoleName: 'gone-bare-role', PolicyArn: ManagedPolicy })
  await api.DetachUserPolicy({ UserName: 'gone-someone', PolicyArn: ManagedPolicy })
  await api.DetachGroupPolicy({ GroupName: 'gone-some', PolicyArn: ManagedPolicy })
  await api.DeletePolicy({ PolicyArn: ManagedPolicy })
  await api.DeleteRole({ RoleName: 'gone-bare-role' })
  await api.DeleteUser({ UserName: 'gone-someone' })
  await api.DeleteGroup({ GroupName: 'gone-some' })
  const { Role, User, Group, ...rest } = await stack.drifts()
  assert.deepEqual([Role, User, Group], ['IN_SYNC', 'IN_SYNC', 'IN_SYNC'])
  for (const [id, drift] of Object.entries(rest)) assert.deepEqual([id, drift], [id, 'DELETED'])
  assert.equal(Object.keys(rest).length, Object.keys(full('')).length - 3)
})

/** Of each type that AWS imports: what it is known by, and what can be read of it. */
const imported: [string, Record<string, string>, object][] = [
  ['User', { UserName: 'api-user' }, { UserName: 'api-user', Path: '/x/', Groups: ['api-group'], ManagedPolicyArns: [readOnly], Policies: [inline('own')] }],
  ['Group', { GroupName: 'api-group' }, { GroupName: 'api-group', Path: '/', ManagedPolicyArns: [], Policies: [inline('own')] }],
  ['RolePolicy', { PolicyName: 'own', RoleName: 'api-role' }, { ...inline('own'), RoleName: 'api-role' }],
  ['UserPolicy', { PolicyName: 'own', UserName: 'api-user' }, { ...inline('own'), UserName: 'api-user' }],
  ['GroupPolicy', { PolicyName: 'own', GroupName: 'api-group' }, { ...inline('own'), GroupName: 'api-group' }],
  ['ManagedPolicy', { PolicyArn: 'arn:aws:iam::000000000000:policy/api' }, {
    ManagedPolicyName: 'api', Path: '/', Description: 'd', PolicyDocument: document('s3:*'), Roles: ['api-role'], Users: [], Groups: [],
  }],
  ['InstanceProfile', { InstanceProfileName: 'api-profile' }, { InstanceProfileName: 'api-profile', Path: '/', Roles: ['api-role'] }],
  [
    'OIDCProvider', { Arn: 'arn:aws:iam::000000000000:oidc-provider/api.example.com' },
    { Url: 'https://api.example.com', ClientIdList: ['a'], ThumbprintList: [] }
  ],
  [
    'ServiceLinkedRole', { RoleName: 'AWSServiceRoleForAutoScaling_api' },
    { AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'api', Description: 'd' }
  ],
  ['VirtualMFADevice', { SerialNumber: 'arn:aws:iam::000000000000:mfa/api/phone' }, { VirtualMfaDeviceName: 'phone', Path: '/api/' }],
]

test('Cloud Control reads and lists what the API made, and CloudFormation imports it', async () => {
  const { iam: api } = cloud.aws()
  const PolicyDocument = JSON.stringify(document('s3:*'))
  await api.CreateRole({ RoleName: 'api-role', AssumeRolePolicyDocument: JSON.stringify(trust) })
  await api.CreateUser({ UserName: 'api-user', Path: '/x/' })
  await api.CreateGroup({ GroupName: 'api-group' })
  await api.AddUserToGroup({ UserName: 'api-user', GroupName: 'api-group' })
  await api.AttachUserPolicy({ UserName: 'api-user', PolicyArn: readOnly })
  for (const put of [api.PutRolePolicy, api.PutUserPolicy, api.PutGroupPolicy]) {
    await put({ RoleName: 'api-role', UserName: 'api-user', GroupName: 'api-group', PolicyName: 'own', PolicyDocument } as never)
  }
  await api.CreatePolicy({ PolicyName: 'api', Description: 'd', PolicyDocument })
  await api.AttachRolePolicy({ RoleName: 'api-role', PolicyArn: 'arn:aws:iam::000000000000:policy/api' })
  await api.CreateInstanceProfile({ InstanceProfileName: 'api-profile' })
  await api.AddRoleToInstanceProfile({ InstanceProfileName: 'api-profile', RoleName: 'api-role' })
  await api.CreateOpenIDConnectProvider({ Url: 'https://api.example.com', ClientIDList: ['a'] })
  await api.CreateServiceLinkedRole({ AWSServiceName: 'autoscaling.amazonaws.com', CustomSuffix: 'api', Description: 'd' })
  await api.CreateVirtualMFADevice({ VirtualMFADeviceName: 'phone', Path: '/api/' })
  const control = new CloudControl(cloud.client)
  for (const [type, identifier, properties] of imported) {
    const TypeName = `AWS::IAM::${type}`
    const Identifier = Object.values(identifier).join('|')
    const found = JSON.parse((await control.getResource({ TypeName, Identifier })).ResourceDescription!.Properties!)
    assert.deepEqual({ ...found, ...properties, ...identifier }, found, type)
    const gone = Object.values(identifier).map(value => `${value}0`).join('|')
    await assert.rejects(control.getResource({ TypeName, Identifier: gone }), { name: 'ResourceNotFoundException' })
    if (resourceTypes[TypeName]!.list) {
      const { ResourceDescriptions } = await control.listResources({ TypeName, MaxResults: 100 })
      assert.ok(ResourceDescriptions!.some(one => one.Identifier === Identifier), `${type} is listed`)
    }
    const stack = testStack(cloud, `import-${type}`)
    await stack.import(TypeName, identifier, { ...properties, ...type === 'VirtualMFADevice' && { Users: ['api-user'] } })
    assert.deepEqual(await stack.drifts(), { Thing: 'IN_SYNC' }, type)
  }
  const lists = imported.map(([type]) => type).filter(type => resourceTypes[`AWS::IAM::${type}`]!.list)
  assert.deepEqual(lists, ['User', 'Group', 'ManagedPolicy', 'InstanceProfile', 'OIDCProvider', 'VirtualMFADevice'])
})

test('an addition to a group of more users than one answer holds is in sync', async () => {
  const { iam: api } = cloud.aws()
  await api.CreateGroup({ GroupName: 'crowd' })
  for (let number = 1; number <= 101; number++) {
    await api.CreateUser({ UserName: `crowd-${number}` })
    await api.AddUserToGroup({ UserName: `crowd-${number}`, GroupName: 'crowd' })
  }
  const stack = testStack(cloud, 'crowd')
  const resources = { Last: iam('User', { UserName: 'z-last' }), Addition: iam('UserToGroupAddition', { GroupName: 'crowd', Users: [ref('Last')] }) }
  await stack.create(resources)
  assert.deepEqual(await stack.drifts(), inSync(resources))
})

test('a device that is in use by another than the template names has drifted', async () => {
  const { iam: api } = cloud.aws()
  for (const UserName of ['owner', 'thief']) await api.CreateUser({ UserName })
  const { VirtualMFADevice } = await api.CreateVirtualMFADevice({ VirtualMFADeviceName: 'used' })
  const SerialNumber = VirtualMFADevice!.SerialNumber!
  const seed = fromBase32(Buffer.from(VirtualMFADevice!.Base32StringSeed!).toString())
  const enable = (UserName: string, later: number) => api.EnableMFADevice({
    UserName, SerialNumber, AuthenticationCode1: codeAt(seed, stepOf(cloud.clock.now()) + later),
    AuthenticationCode2: codeAt(seed, stepOf(cloud.clock.now()) + later + 1),
  })
  const stack = testStack(cloud, 'device')
  await stack.import('AWS::IAM::VirtualMFADevice', { SerialNumber }, { VirtualMfaDeviceName: 'used', Users: ['owner'] })
  assert.deepEqual(await stack.drifts(), { Thing: 'IN_SYNC' })
  await enable('owner', -2)
  assert.deepEqual(await stack.drifts(), { Thing: 'IN_SYNC' })
  await api.DeactivateMFADevice({ UserName: 'owner', SerialNumber })
  await enable('thief', 0)
  assert.deepEqual(await stack.drifts(), { Thing: ['ADD /Users/0', 'REMOVE /Users/0'] })
})

function fromBase32(text: string): Uint8Array {
  const bits = [...text].map(digit => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(digit).toString(2).padStart(5, '0')).join('')
  return Uint8Array.from({ length: Math.floor(bits.length / 8) }, (_, at) => Number.parseInt(bits.slice(at * 8, at * 8 + 8), 2))
}
