import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { strToU8, zipSync } from 'fflate'
import { scriptedSandboxes } from '../../sandbox/scripted.ts'
import { startCloud, type TestCloud } from '../../testing/index.ts'

let cloud: TestCloud
before(async () => {
  cloud = await startCloud({ sandboxes: scriptedSandboxes({ script: () => 'hello' }) })
})
after(() => cloud.stop())

const other = '111111111111'
const repo = (account?: string) => cloud.aws(account).serverlessrepo
const queueTemplate = (name = 'queue') => `
AWSTemplateFormatVersion: '2010-09-09'
Transform: AWS::Serverless-2016-10-31
Parameters:
  Prefix: {Type: String, Default: fog, MaxLength: 10, Description: Of the name}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: !Sub '\${Prefix}-${name}'}
Outputs:
  Url: {Value: !Ref Queue}
`
const functionTemplate = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello: {Type: AWS::Serverless::Function, Properties: {InlineCode: 'exports.handler = async () => "x"', Handler: index.handler, Runtime: nodejs22.x}}
`
const create = (Name: string, more = {}) => repo().CreateApplication({
  Name, Author: 'fog', Description: `The application ${Name}`, SemanticVersion: '1.0.0', TemplateBody: queueTemplate(Name), SpdxLicenseId: 'Apache-2.0',
  Labels: ['queue'], ...more,
})

test('CreateApplication: the version tells its parameters and who refers to them; a second one of the name is ConflictException', async () => {
  const made = await create('first', { ReadmeBody: '# First' })
  assert.equal(made.ApplicationId, 'arn:aws:serverlessrepo:us-east-1:000000000000:applications/first')
  assert.deepEqual(made.Version!.ParameterDefinitions, [
    { Name: 'Prefix', Type: 'String', DefaultValue: 'fog', Description: 'Of the name', MaxLength: 10, ReferencedByResources: ['Queue'] },
  ])
  assert.equal(await (await fetch(made.ReadmeUrl!)).text(), '# First')
  assert.equal(await (await fetch(made.Version!.TemplateUrl)).text(), queueTemplate('first'))
  assert.equal((await fetch(made.Version!.TemplateUrl.replace('1.0.0', '1.0.1'))).status, 403)
  await assert.rejects(create('first'), { name: 'ConflictException' })
})

test('what is no application is refused with the reason', async () => {
  await assert.rejects(create('a b'), { name: 'BadRequestException', message: /Invalid application name/ })
  await assert.rejects(create('bad-author', { Author: 'Fog Bank' }), { name: 'BadRequestException' })
  await assert.rejects(create('bad-version', { SemanticVersion: '1.0' }), { name: 'BadRequestException', message: /semantic version/ })
  await assert.rejects(create('bad-template', { TemplateBody: 'Resources: {A: {Type: 5}}' }), { name: 'BadRequestException', message: /template is invalid/ })
  await assert.rejects(repo().GetApplication({ ApplicationId: 'nonsense' }), { name: 'BadRequestException' })
  await assert.rejects(
    repo().GetApplication({ ApplicationId: 'arn:aws:serverlessrepo:us-east-1:000000000000:applications/none' }), { name: 'NotFoundException' }
  )
})

test('versions are in the order of their meaning; the highest release is the one that is got', async () => {
  const { ApplicationId } = await create('versioned')
  for (const SemanticVersion of ['1.10.0', '1.9.0', '2.0.0-beta.2', '2.0.0-beta.11']) await repo().CreateApplicationVersion({
    ApplicationId, SemanticVersion, TemplateBody: queueTemplate(),
  })
  const { Versions } = await repo().ListApplicationVersions({ ApplicationId })
  assert.deepEqual(Versions.map(version => version.SemanticVersion), ['2.0.0-beta.11', '2.0.0-beta.2', '1.10.0', '1.9.0', '1.0.0'])
  assert.equal((await repo().GetApplication({ ApplicationId })).Version!.SemanticVersion, '1.10.0')
  await assert.rejects(
    repo().CreateApplicationVersion({ ApplicationId, SemanticVersion: '1.9.0', TemplateBody: queueTemplate() }), { name: 'ConflictException' }
  )
})

test('an application is private until its policy shares it with an account, or with everybody', async () => {
  const { ApplicationId } = await create('shared')
  await assert.rejects(repo(other).GetApplication({ ApplicationId }), { name: 'AccessDeniedException' })
  await repo().PutApplicationPolicy({ ApplicationId, Statements: [{ Actions: ['Deploy'], Principals: [other] }] })
  assert.equal((await repo(other).GetApplication({ ApplicationId })).Name, 'shared')
  await assert.rejects(repo(other).UpdateApplication({ ApplicationId, Description: 'mine now' }), { name: 'AccessDeniedException' })
  await assert.rejects(repo('222222222222').GetApplication({ ApplicationId }), { name: 'AccessDeniedException' })
  await repo().PutApplicationPolicy({ ApplicationId, Statements: [] })
  await assert.rejects(repo(other).GetApplication({ ApplicationId }), { name: 'AccessDeniedException' })
  await assert.rejects(repo().PutApplicationPolicy({ ApplicationId, Statements: [{ Actions: ['Steal'], Principals: ['*'] }] }), { name: 'BadRequestException' })
})

test('public applications are found and read without an account; private ones are not', async () => {
  const { ApplicationId } = await create('public', { ReadmeBody: 'Read me' })
  await create('hidden')
  const path = `${cloud.endpoint}/_fogbank/serverlessrepo/applications`
  const search = async (query: string) => ((await (await fetch(`${path}?${query}`)).json()) as any).applications.map((application: any) => application.Name)
  assert.deepEqual(await search('q=application'), [])
  await repo().PutApplicationPolicy({ ApplicationId, Statements: [{ Actions: ['Deploy'], Principals: ['*'] }] })
  assert.deepEqual([await search('q=The+public'), await search('label=queue'), await search('q=hidden')], [['public'], ['public'], []])
  const page: any = await (await fetch(`${path}/${encodeURIComponent(ApplicationId)}`)).json()
  assert.deepEqual([page.Readme, page.Version.SemanticVersion], ['Read me', '1.0.0'])
  const hidden = await fetch(`${path}/${encodeURIComponent('arn:aws:serverlessrepo:us-east-1:000000000000:applications/hidden')}`)
  assert.equal(hidden.status, 404)
  await assert.rejects((async () => {
    const { ApplicationId: unlicensed } = await create('unlicensed', { SpdxLicenseId: undefined })
    await repo().PutApplicationPolicy({ ApplicationId: unlicensed, Statements: [{ Actions: ['Deploy'], Principals: ['*'] }] })
  })(), { name: 'BadRequestException', message: /license/ })
})

test('another account deploys a shared application by its change set, with overrides, once it has acknowledged the capabilities', async () => {
  const { ApplicationId } = await create('deployed')
  await repo().PutApplicationPolicy({ ApplicationId, Statements: [{ Actions: ['Deploy'], Principals: [other] }] })
  const made = await repo(other).CreateCloudFormationChangeSet({ ApplicationId, StackName: 'mine', ParameterOverrides: [{ Name: 'Prefix', Value: 'own' }] })
  const { cloudformation } = cloud.aws(other)
  await cloudformation.ExecuteChangeSet({ ChangeSetName: made.ChangeSetId })
  await cloud.settle()
  const { Stacks } = await cloudformation.DescribeStacks({ StackName: 'serverlessrepo-mine' })
  assert.equal(Stacks![0]!.StackStatus, 'CREATE_COMPLETE')
  assert.match(Stacks![0]!.Outputs![0]!.OutputValue!, /111111111111\/own-deployed$/)
  assert.equal(Stacks![0]!.Tags!.find(tag => tag.Key === 'serverlessrepo:semanticVersion')!.Value, '1.0.0')
  const withRole = await create('with-role', { TemplateBody: functionTemplate })
  assert.deepEqual(withRole.Version!.RequiredCapabilities, ['CAPABILITY_IAM'])
  await assert.rejects(
    repo().CreateCloudFormationChangeSet({ ApplicationId: withRole.ApplicationId, StackName: 'x' }), { name: 'BadRequestException', message: /CAPABILITY_IAM/ }
  )
})

test('AWS::Serverless::Application: a stack nests a published application', async () => {
  const { ApplicationId } = await create('nested')
  const TemplateBody = `
Transform: AWS::Serverless-2016-10-31
Resources:
  Inner:
    Type: AWS::Serverless::Application
    Properties: {Location: {ApplicationId: '${ApplicationId}', SemanticVersion: 1.0.0}, Parameters: {Prefix: in}}
Outputs:
  Url: {Value: !GetAtt Inner.Outputs.Url}
`
  const { cloudformation } = cloud.aws()
  await cloudformation.CreateStack({ StackName: 'outer', TemplateBody, Capabilities: ['CAPABILITY_AUTO_EXPAND', 'CAPABILITY_IAM'] })
  await cloud.settle()
  const { Stacks } = await cloudformation.DescribeStacks({ StackName: 'outer' })
  assert.deepEqual([Stacks![0]!.StackStatus, Stacks![0]!.Outputs![0]!.OutputValue!.endsWith('/in-nested')], ['CREATE_COMPLETE', true])
  const outer = await create('outer', { TemplateBody })
  assert.deepEqual(outer.Version!.RequiredCapabilities, ['CAPABILITY_AUTO_EXPAND'])
  assert.deepEqual(
    (await repo().ListApplicationDependencies({ ApplicationId: outer.ApplicationId })).Dependencies, [{ ApplicationId, SemanticVersion: '1.0.0' }]
  )
})

test('a template that was made ready is ACTIVE for six hours', async () => {
  const { ApplicationId } = await create('ready')
  const { TemplateId, TemplateUrl, Status } = await repo().CreateCloudFormationTemplate({ ApplicationId })
  assert.deepEqual([Status, (await fetch(TemplateUrl)).status], ['ACTIVE', 200])
  await cloud.clock.advance(6 * 3_600_000)
  assert.equal((await repo().GetCloudFormationTemplate({ ApplicationId, TemplateId })).Status, 'EXPIRED')
  assert.equal((await fetch(TemplateUrl)).status, 403)
})

test('an application is shared with the organization of its account, whose management account takes it back', async () => {
  const manager = '666666666661'
  const { organizations } = cloud.aws(manager)
  const { Organization } = await organizations.CreateOrganization({})
  const id = Organization!.Id!
  const member = '666666666662'
  const { Handshake } = await organizations.InviteAccountToOrganization({ Target: { Type: 'ACCOUNT', Id: member } })
  await cloud.aws(member).organizations.AcceptHandshake({ HandshakeId: Handshake!.Id! })
  const { ApplicationId } = await repo(member)
    .CreateApplication({ Name: 'ours', Author: 'fog', Description: 'Ours', SemanticVersion: '1.0.0', TemplateBody: queueTemplate() })
  const share = (PrincipalOrgIDs: string[], Principals = ['*']) =>
    repo(member).PutApplicationPolicy({ ApplicationId, Statements: [{ Actions: ['Deploy', 'UnshareApplication'], Principals, PrincipalOrgIDs }] })
  await assert.rejects(share(['o-0123456789']), { name: 'BadRequestException', message: /the organization of its account/ })
  await assert.rejects(share([id], [other]), { name: 'BadRequestException' })
  await share([id])
  assert.equal((await repo(manager).GetApplication({ ApplicationId })).Name, 'ours')
  await assert.rejects(repo(other).GetApplication({ ApplicationId }), { name: 'AccessDeniedException' })
  assert.equal((await fetch(`${cloud.endpoint}/_fogbank/serverlessrepo/applications/${encodeURIComponent(ApplicationId)}`)).status, 404)
  await assert.rejects(repo(member).UnshareApplication({ ApplicationId, OrganizationId: id }), { name: 'ForbiddenException' })
  await repo(manager).UnshareApplication({ ApplicationId, OrganizationId: id })
  await assert.rejects(repo(manager).GetApplication({ ApplicationId }), { name: 'AccessDeniedException' })
  assert.deepEqual((await repo(member).GetApplicationPolicy({ ApplicationId })).Statements, [])
})

test('what a template names in S3 is copied: another account deploys it without a right on the author\'s bucket', async () => {
  const { s3 } = cloud.aws()
  await s3.CreateBucket({ Bucket: 'authors' })
  const zip = zipSync({ 'index.mjs': strToU8('export const handler = () => 1') })
  for (const Key of ['code.zip', 'source.zip']) await s3.PutObject({ Bucket: 'authors', Key, Body: zip })
  await s3.PutObject({ Bucket: 'authors', Key: 'source.txt', Body: strToU8('no archive') })
  const TemplateBody = `
Transform: AWS::Serverless-2016-10-31
Parameters: {Word: {Type: String, Default: x}}
Resources:
  # What it is for stays.
  One:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: 's3://authors/code.zip', Handler: index.handler, Runtime: nodejs22.x, Description: !Sub 'of \${Word}'}
  Two:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: {Bucket: authors, Key: code.zip}, Handler: index.handler, Runtime: nodejs22.x}
`
  const { ApplicationId, Version } = await create('copied', { TemplateBody, SourceCodeArchiveUrl: 's3://authors/source.zip' })
  const template = await (await fetch(Version!.TemplateUrl)).text()
  assert.ok(!template.includes('authors') && template.includes('# What it is for stays.') && template.includes('!Sub'), template)
  assert.deepEqual(new Uint8Array(await (await fetch(Version!.SourceCodeArchiveUrl!)).arrayBuffer()), zip)
  await assert.rejects(create('no-archive', { SourceCodeArchiveUrl: 's3://authors/source.txt' }), { name: 'BadRequestException', message: /not a zip archive/ })
  await assert.rejects(create('no-object', { TemplateBody: TemplateBody.replace('code.zip', 'none.zip') }), {
    name: 'BadRequestException', message: /Failed to copy S3 object/
  })
  await s3.DeleteObject({ Bucket: 'authors', Key: 'code.zip' })
  await repo().PutApplicationPolicy({ ApplicationId, Statements: [{ Actions: ['Deploy'], Principals: [other] }] })
  const made = await repo(other).CreateCloudFormationChangeSet({ ApplicationId, StackName: 'copied', Capabilities: ['CAPABILITY_IAM'] })
  await cloud.aws(other).cloudformation.ExecuteChangeSet({ ChangeSetName: made.ChangeSetId })
  await cloud.settle()
  assert.equal((await cloud.aws(other).cloudformation.DescribeStacks({ StackName: 'serverlessrepo-copied' })).Stacks![0]!.StackStatus, 'CREATE_COMPLETE')
  await repo().DeleteApplication({ ApplicationId })
  await cloud.settle()
  assert.equal(
    (await cloud.aws('000000000001').s3.ListObjectsV2({ Bucket: 'fogbank-serverlessrepo-us-east-1', Prefix: /[0-9a-f-]{36}/.exec(template)![0] })).KeyCount, 0
  )
})

test('Fogbank\'s own applications are there for everybody who looks, page by page', async () => {
  const page = async (query: string): Promise<any> => (await fetch(`${cloud.endpoint}/_fogbank/serverlessrepo/applications?${query}`)).json()
  const first = await page('q=fogbank&limit=3')
  const second = await page(`q=fogbank&limit=3&next=${first.next}`)
  const applications = [...first.applications, ...second.applications]
  assert.deepEqual(applications.map(({ Name }: any) => Name), ['bucket-fan-out', 'contact-form', 'heartbeat', 'hello-http', 'queue-worker'])
  assert.ok(applications.every(({ IsVerifiedAuthor, Author }: any) => IsVerifiedAuthor && Author === 'fogbank') && second.next === undefined)
  const { Version } = await repo(other).GetApplication({ ApplicationId: 'arn:aws:serverlessrepo:us-east-1:000000000001:applications/contact-form' })
  assert.deepEqual(Version!.RequiredCapabilities, ['CAPABILITY_IAM', 'CAPABILITY_RESOURCE_POLICY'])
  await assert.rejects(repo(other).DeleteApplication({ ApplicationId: 'arn:aws:serverlessrepo:us-east-1:000000000001:applications/contact-form' }), {
    name: 'AccessDeniedException'
  })
})
