import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { drifting, type Drifting } from '../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud()
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const lifecycle = { rules: [{ rulePriority: 1, selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 3 }, action: { type: 'expire' } }] }
const policy = { Version: '2012-10-17', Statement: [{ Sid: 'a', Effect: 'Allow', Principal: '*', Action: ['ecr:BatchGetImage'] }] }
const repository = (Properties: Record<string, unknown>) => ({ Type: 'AWS::ECR::Repository', Properties })

test('AWS::ECR::Repository: what a stack makes is in sync with it; what is changed or deleted beside it is told', async () => {
  const Resources = {
    Whole: repository({
      RepositoryName: 'whole', ImageTagMutability: 'IMMUTABLE_WITH_EXCLUSION', ImageScanningConfiguration: { ScanOnPush: 'true' }, EmptyOnDelete: true,
      ImageTagMutabilityExclusionFilters: [{ ImageTagMutabilityExclusionFilterType: 'WILDCARD', ImageTagMutabilityExclusionFilterValue: 'dev*' }],
      EncryptionConfiguration: { EncryptionType: 'AES256' }, RepositoryPolicyText: policy, Tags: [{ Key: 'team', Value: 'fog' }],
      LifecyclePolicy: { LifecyclePolicyText: JSON.stringify(lifecycle, null, 2) },
    }),
    Plain: repository({}),
  }
  const ids = await stacks.create('images', Resources, { Tags: [{ Key: 'of', Value: 'stack' }] })
  await stacks.inSync('images', ['Plain', 'Whole'])
  const { ecr } = cloud.aws()
  const repositoryName = 'whole'
  // The same written otherwise is no drift.
  await ecr.PutLifecyclePolicy({ repositoryName, lifecyclePolicyText: JSON.stringify(lifecycle) })
  await stacks.inSync('images', ['Plain', 'Whole'])

  await ecr.PutImageTagMutability({ repositoryName, imageTagMutability: 'MUTABLE' })
  await ecr.PutImageScanningConfiguration({ repositoryName, imageScanningConfiguration: { scanOnPush: false } })
  await ecr.SetRepositoryPolicy({ repositoryName, policyText: JSON.stringify({ ...policy, Statement: [{ ...policy.Statement[0], Effect: 'Deny' }] }) })
  await ecr.DeleteLifecyclePolicy({ repositoryName })
  const { repositories } = await ecr.DescribeRepositories({ repositoryNames: [repositoryName] })
  await ecr.TagResource({ resourceArn: repositories![0]!.repositoryArn!, tags: [{ Key: 'team', Value: 'rain' }] })
  await ecr.DeleteRepository({ repositoryName: ids.Plain! })
  assert.deepEqual(await stacks.told('images'), [
    'Plain DELETED', 'Whole NOT_EQUAL /ImageScanningConfiguration/ScanOnPush', 'Whole NOT_EQUAL /ImageTagMutability',
    'Whole NOT_EQUAL /RepositoryPolicyText/Statement/0/Effect', 'Whole NOT_EQUAL /Tags/1/Value', 'Whole REMOVE /ImageTagMutabilityExclusionFilters',
    'Whole REMOVE /LifecyclePolicy',
  ])
})

test('AWS::ECR::Repository: Cloud Control, import', async () => {
  const { ecr } = cloud.aws()
  await ecr.CreateRepository({ repositoryName: 'mine', imageTagMutability: 'IMMUTABLE', tags: [{ Key: 'a', Value: 'b' }] })
  assert.deepEqual(await stacks.get('AWS::ECR::Repository', 'mine'), {
    RepositoryName: 'mine', ImageTagMutability: 'IMMUTABLE', ImageScanningConfiguration: { ScanOnPush: false },
    EncryptionConfiguration: { EncryptionType: 'AES256' },
    Tags: [{ Key: 'a', Value: 'b' }], Arn: 'arn:aws:ecr:us-east-1:000000000000:repository/mine',
    RepositoryUri: '000000000000.dkr.ecr.us-east-1.amazonaws.com/mine',
  })
  assert.ok((await stacks.list('AWS::ECR::Repository')).includes('mine'))
  const imported = repository({ RepositoryName: 'mine', ImageTagMutability: 'IMMUTABLE', Tags: [{ Key: 'a', Value: 'b' }] })
  assert.equal(await stacks.importOne('imported', imported, { RepositoryName: 'mine' }), 'mine')
})
