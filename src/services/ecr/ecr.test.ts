import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudFormationClient, CreateStackCommand, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { ECR } from '@aws-sdk/client-ecr'
import { startCloud, type TestCloud } from '../../testing/index.ts'

let cloud: TestCloud
let ecr: ECR
before(async () => {
  cloud = await startCloud()
  ecr = new ECR(cloud.client)
})
after(() => cloud.stop())

const selection = { tagStatus: 'untagged', countType: 'imageCountMoreThan', countNumber: 1 }
const rules = (rule: object) => JSON.stringify({ rules: [{ rulePriority: 1, selection, action: { type: 'expire' }, ...rule }] })

test('a repository is made, described, changed, tagged and deleted', async () => {
  const { repository } = await ecr.createRepository({ repositoryName: 'team/app', tags: [{ Key: 'a', Value: '1' }], imageTagMutability: 'IMMUTABLE' })
  const resourceArn = 'arn:aws:ecr:us-east-1:000000000000:repository/team/app'
  assert.equal(repository?.repositoryArn, resourceArn)
  assert.equal(repository?.repositoryUri, '000000000000.dkr.ecr.us-east-1.amazonaws.com/team/app')
  await assert.rejects(ecr.createRepository({ repositoryName: 'team/app' }), {
    name: 'RepositoryAlreadyExistsException', message: "The repository with name 'team/app' already exists in the registry with id '000000000000'",
  })
  await ecr.putImageTagMutability({ repositoryName: 'team/app', imageTagMutability: 'MUTABLE' })
  await ecr.putImageScanningConfiguration({ repositoryName: 'team/app', imageScanningConfiguration: { scanOnPush: true } })
  const [described] = (await ecr.describeRepositories({ repositoryNames: ['team/app'] })).repositories!
  assert.deepEqual([described!.imageTagMutability, described!.imageScanningConfiguration], ['MUTABLE', { scanOnPush: true }])
  await ecr.tagResource({ resourceArn, tags: [{ Key: 'b', Value: '2' }] })
  await ecr.untagResource({ resourceArn, tagKeys: ['a'] })
  assert.deepEqual((await ecr.listTagsForResource({ resourceArn })).tags, [{ Key: 'b', Value: '2' }])
  await ecr.deleteRepository({ repositoryName: 'team/app' })
  await assert.rejects(ecr.deleteRepository({ repositoryName: 'team/app' }), {
    name: 'RepositoryNotFoundException', message: "The repository with name 'team/app' does not exist in the registry with id '000000000000'",
  })
})

test('policies: kept as they were given, refused where they are none, gone after their deletion', async () => {
  const repositoryName = 'policies'
  await ecr.createRepository({ repositoryName })
  await assert.rejects(ecr.getRepositoryPolicy({ repositoryName }), { name: 'RepositoryPolicyNotFoundException' })
  const policyText = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"ecr:BatchGetImage"}]}'
  await ecr.setRepositoryPolicy({ repositoryName, policyText })
  assert.equal((await ecr.getRepositoryPolicy({ repositoryName })).policyText, policyText)
  await assert.rejects(ecr.setRepositoryPolicy({ repositoryName, policyText: '{"Statement":[{}]}' }), { name: 'InvalidParameterException' })
  await ecr.deleteRepositoryPolicy({ repositoryName })
  await assert.rejects(ecr.deleteRepositoryPolicy({ repositoryName }), { name: 'RepositoryPolicyNotFoundException' })
  await ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: rules({}) })
  assert.equal((await ecr.getLifecyclePolicy({ repositoryName })).lifecyclePolicyText, rules({}))
  await assert.rejects(ecr.putLifecyclePolicy({ repositoryName, lifecyclePolicyText: rules({ rulePriority: 0 }) }), /rulePriority must be a positive integer/)
  await ecr.deleteLifecyclePolicy({ repositoryName })
  await assert.rejects(ecr.getLifecyclePolicy({ repositoryName }), { name: 'LifecyclePolicyNotFoundException' })
})

test('pages of repositories follow each other', async () => {
  for (const repositoryName of ['page/a', 'page/b', 'page/c']) await ecr.createRepository({ repositoryName })
  const names: string[] = []
  let nextToken: string | undefined
  do {
    const page = await ecr.describeRepositories({ maxResults: 2, nextToken })
    names.push(...page.repositories!.map(one => one.repositoryName!))
    nextToken = page.nextToken
  } while (nextToken !== undefined)
  assert.deepEqual(names.filter(name => name.startsWith('page/')), ['page/a', 'page/b', 'page/c'])
})

test('AWS::ECR::Repository has its policies, and answers Ref, Arn and RepositoryUri', async () => {
  const cloudformation = new CloudFormationClient(cloud.client)
  const TemplateBody = JSON.stringify({
    Resources: { R: { Type: 'AWS::ECR::Repository', Properties: { RepositoryName: 'stacked', LifecyclePolicy: { LifecyclePolicyText: rules({}) } } } },
    Outputs: { Ref: { Value: { Ref: 'R' } }, Arn: { Value: { 'Fn::GetAtt': ['R', 'Arn'] } }, Uri: { Value: { 'Fn::GetAtt': ['R', 'RepositoryUri'] } } },
  })
  await cloudformation.send(new CreateStackCommand({ StackName: 'ecr', TemplateBody }))
  await cloud.settle()
  const outputs = (await cloudformation.send(new DescribeStacksCommand({ StackName: 'ecr' }))).Stacks![0]!.Outputs!
  assert.deepEqual(Object.fromEntries(outputs.map(({ OutputKey, OutputValue }) => [OutputKey, OutputValue])), {
    Ref: 'stacked', Arn: 'arn:aws:ecr:us-east-1:000000000000:repository/stacked', Uri: '000000000000.dkr.ecr.us-east-1.amazonaws.com/stacked',
  })
  assert.equal((await ecr.getLifecyclePolicy({ repositoryName: 'stacked' })).lifecyclePolicyText, rules({}))
})

test('a push is refused by name', async () => {
  await assert.rejects(ecr.getAuthorizationToken({}), (error: any) => error.$metadata.httpStatusCode === 501 && /GetAuthorizationToken/.test(error.message))
})
