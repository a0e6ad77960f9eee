import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { SecretsManager } from '@aws-sdk/client-secrets-manager'
import type { Aws } from '../../../contracts/aws.ts'
import { lambdaWorld } from '../../lambda/testing/world.ts'

const day = 86_400_000
let world: Awaited<ReturnType<typeof lambdaWorld>>
let secrets: SecretsManager
let aws: Aws
let steps: string[] = []
let failing: string | undefined

/** What the rotation functions of AWS's templates do. */
async function script({ event }: { event: { Step: string, SecretId: string, ClientRequestToken: string } }) {
  const { Step, SecretId, ClientRequestToken } = event
  steps.push(Step)
  if (Step === failing) throw new Error('it does not want to')
  const { VersionIdsToStages: stages } = await aws.secretsmanager.DescribeSecret({ SecretId })
  if (!stages?.[ClientRequestToken]?.includes('AWSPENDING')) throw new Error(`${ClientRequestToken} is not pending`)
  if (Step === 'createSecret') {
    const pending = { SecretId, VersionId: ClientRequestToken, VersionStage: 'AWSPENDING' }
    await aws.secretsmanager.GetSecretValue(pending).catch((error: Error) => {
      if (error.name !== 'ResourceNotFoundException') throw error
      return aws.secretsmanager.PutSecretValue({ SecretId, ClientRequestToken, SecretString: `made-${ClientRequestToken}`, VersionStages: ['AWSPENDING'] })
    })
  }
  if (Step === 'finishSecret') {
    const [current] = Object.entries(stages).find(([, labels]) => labels.includes('AWSCURRENT'))!
    await aws.secretsmanager.UpdateSecretVersionStage({
      SecretId, VersionStage: 'AWSCURRENT', MoveToVersionId: ClientRequestToken, RemoveFromVersionId: current,
    })
  }
}

let RotationLambdaARN: string
before(async () => {
  world = await lambdaWorld({ script })
  aws = world.cloud.aws()
  secrets = new SecretsManager(world.cloud.client)
  RotationLambdaARN = (await world.create('rotate')).FunctionArn!.replace(/:\d+$/, '')
})
after(async () => {
  secrets.destroy()
  await world.stop()
})

const create = (Name: string) => secrets.createSecret({ Name, SecretString: 'first' })
const value = async (SecretId: string) => (await secrets.getSecretValue({ SecretId })).SecretString

test('RotateSecret: the function must let Secrets Manager in', async () => {
  await create('early')
  await assert.rejects(secrets.rotateSecret({ SecretId: 'early' }), { name: 'InvalidRequestException', message: /^You tried to enable rotation/ })
  await assert.rejects(secrets.rotateSecret({ SecretId: 'early', RotationLambdaARN }), {
    name: 'AccessDeniedException', message: 'Secrets Manager cannot invoke the specified Lambda function. '
      + 'Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
  })
  await world.lambda.addPermission({
    FunctionName: 'rotate', StatementId: 'secrets', Action: 'lambda:InvokeFunction', Principal: 'secretsmanager.amazonaws.com',
  })
})

test('RotateSecret runs the four steps, at once and then by its rules', async () => {
  const { VersionId: first } = await create('rotating')
  steps = []
  const { VersionId } = await secrets.rotateSecret({ SecretId: 'rotating', RotationLambdaARN, RotationRules: { AutomaticallyAfterDays: 10 } })
  await world.cloud.settle()
  assert.deepEqual(steps, ['createSecret', 'setSecret', 'testSecret', 'finishSecret'])
  assert.equal(await value('rotating'), `made-${VersionId}`)
  const found = await secrets.describeSecret({ SecretId: 'rotating' })
  assert.deepEqual([found.RotationEnabled, found.RotationLambdaARN, found.VersionIdsToStages![first!]], [true, RotationLambdaARN, ['AWSPREVIOUS']])
  assert.deepEqual([found.LastRotatedDate!.getTime(), found.NextRotationDate!.getTime()], [Date.UTC(2026, 0, 1), Date.UTC(2026, 0, 12)])
  await world.cloud.clock.advance(10 * day - 1)
  assert.equal(steps.length, 4)
  await world.cloud.clock.advance(1)
  assert.equal(steps.length, 8)
  assert.notEqual(await value('rotating'), `made-${VersionId}`)
  await secrets.cancelRotateSecret({ SecretId: 'rotating' })
  await world.cloud.clock.advance(30 * day)
  assert.deepEqual([steps.length, (await secrets.describeSecret({ SecretId: 'rotating' })).RotationEnabled], [8, false])
})

test('a rotation that fails is tried five times and stays pending; a second one is refused until it is over', async () => {
  await create('failing')
  steps = []
  failing = 'setSecret'
  const { VersionId } = await secrets.rotateSecret({ SecretId: 'failing', RotationLambdaARN })
  await world.cloud.settle()
  await assert.rejects(secrets.rotateSecret({ SecretId: 'failing' }), {
    name: 'InvalidRequestException', message: "A previous rotation isn't complete. That rotation will be reattempted.",
  })
  for (let minute = 0; minute < 10; minute++) await world.cloud.clock.advance(60_000)
  assert.equal(steps.filter(step => step === 'setSecret').length, 5)
  assert.deepEqual([await value('failing'), (await secrets.describeSecret({ SecretId: 'failing' })).VersionIdsToStages![VersionId!]], ['first', ['AWSPENDING']])
  failing = undefined
})

test('RotateImmediately false tests the function and waits for the window', async () => {
  await create('waiting')
  steps = []
  const rules = { ScheduleExpression: 'cron(0 8 1 * ? *)', Duration: '2h' }
  await secrets.rotateSecret({ SecretId: 'waiting', RotationLambdaARN, RotateImmediately: false, RotationRules: rules })
  await world.cloud.settle()
  assert.deepEqual([steps, await value('waiting')], [['testSecret'], 'first'])
  const found = await secrets.describeSecret({ SecretId: 'waiting' })
  assert.equal(Object.keys(found.VersionIdsToStages!).length, 1)
  assert.equal(found.NextRotationDate!.getUTCHours(), 10)
  await world.cloud.clock.advance(found.NextRotationDate!.getTime() - 2 * 3_600_000 - world.cloud.clock.now())
  assert.match((await value('waiting'))!, /^made-/)
})

test('a secret under a key of KMS is rotated and tested as well', async () => {
  const { KeyMetadata } = await aws.kms.CreateKey({})
  await secrets.createSecret({ Name: 'keyed', SecretString: 'first', KmsKeyId: KeyMetadata!.KeyId })
  steps = []
  await secrets.rotateSecret({ SecretId: 'keyed', RotationLambdaARN, RotateImmediately: false, RotationRules: { AutomaticallyAfterDays: 9 } })
  await world.cloud.settle()
  assert.deepEqual([steps, Object.keys((await secrets.describeSecret({ SecretId: 'keyed' })).VersionIdsToStages!).length], [['testSecret'], 1])
  await secrets.rotateSecret({ SecretId: 'keyed' })
  await world.cloud.settle()
  assert.match((await value('keyed'))!, /^made-/)
})

test('rotation rules that AWS refuses are refused', async () => {
  await create('rules')
  const rotate = (RotationRules: object) => secrets.rotateSecret({ SecretId: 'rules', RotationLambdaARN, RotationRules })
  await assert.rejects(rotate({ AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' }), {
    name: 'InvalidParameterException', message: 'You cannot specify both rotation frequency and schedule expression together.',
  })
  await assert.rejects(rotate({ ScheduleExpression: 'rate(3 hours)' }), { name: 'InvalidParameterException' })
  await assert.rejects(rotate({ ScheduleExpression: 'cron(5 8 * * ? *)' }), {
    name: 'InvalidParameterException', message: /minutes of a cron expression must be 0/,
  })
})
