import type { Principal } from '../../../contracts/principal.ts'
import type { SecretRow, SecretsManager, VersionRow } from '../state.ts'
import { versionsOf, withStage } from '../secrets/secret.ts'
import { addVersion, moveLabels, openValue } from '../values/value.ts'
import { scheduleNext } from './schedule.ts'

const steps = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const
const attemptsMax = 5

interface RotationTask { name: string, arn: string, token: string }

/** The version that a rotation has begun and not finished. */
export function unfinished(versions: readonly VersionRow[]): VersionRow | undefined {
  const pending = withStage(versions, 'AWSPENDING')
  return pending?.stages.includes('AWSCURRENT') ? undefined : pending
}

/** Makes the version that the function will fill, without a value, and queues the rotation. */
export async function beginRotation(at: SecretsManager, row: SecretRow, token: string): Promise<void> {
  const versions = await versionsOf(at, row)
  if (!versions.some(version => version.id === token)) {
    const version: VersionRow = { secret: row.arn, id: token, stages: [], createdMs: at.now() }
    await moveLabels(at, [...versions, version], version, ['AWSPENDING'])
  }
  at.enqueue('rotation', { name: row.name, arn: row.arn, token } satisfies RotationTask, { id: `${row.arn}/${token}`, order: row.arn })
}

/** The task of a window that opens. A rotation that has not finished is taken up again. */
export async function rotateOnSchedule(scope: SecretsManager, due: { name: string, arn: string, at: number }): Promise<void> {
  await scope.transact(async inside => {
    const at = inside as SecretsManager
    const row = await at.tables.secrets.get(due.name)
    if (row?.arn !== due.arn || row.deletionMs !== undefined || !row.rotation?.enabled || row.rotation.nextMs !== due.at) return
    await at.tables.secrets.put(scheduleNext(at, row))
    await beginRotation(at, row, unfinished(await versionsOf(at, row))?.id ?? at.newId())
  })
}

/** The four steps of a rotation. One that fails is begun again, four times; then the version stays pending until the next rotation. */
export async function rotation(scope: SecretsManager, task: RotationTask, { attempts }: { attempts: number }): Promise<void> {
  const row = await rotating(scope, task)
  if (!row) return
  try {
    for (const step of steps) await call(scope, row, step, task.token)
  } catch (error) {
    if (attempts + 1 < attemptsMax) throw error
    scope.log.warn('a rotation failed and is given up until the next one', { secret: row.arn, error: String(error) })
    return
  }
  await scope.transact(async inside => {
    const at = inside as SecretsManager
    const now = await at.tables.secrets.get(task.name)
    const version = await at.tables.versions.get(task.arn, task.token)
    if (now?.arn !== task.arn || !now.rotation || !version?.stages.includes('AWSCURRENT')) return
    await at.tables.secrets.put(scheduleNext(at, { ...now, changedMs: at.now(), rotation: { ...now.rotation, lastMs: at.now() } }))
  })
}

async function rotating(scope: SecretsManager, { name, arn, token }: RotationTask): Promise<SecretRow | undefined> {
  const row = await scope.tables.secrets.get(name)
  if (row?.arn !== arn || row.deletionMs !== undefined || !row.rotation?.enabled) return undefined
  return unfinished(await versionsOf(scope, row))?.id === token ? row : undefined
}

/** Runs a step of the secret's function; throws where it fails. */
async function call(scope: SecretsManager, row: SecretRow, step: (typeof steps)[number], token: string): Promise<void> {
  const { lambda } = scope.as({ service: 'secretsmanager.amazonaws.com', sourceArn: row.arn })
  const event = { Step: step, SecretId: row.arn, ClientRequestToken: token }
  const answer = await lambda.Invoke({ FunctionName: row.rotation!.lambdaArn, Payload: Buffer.from(JSON.stringify(event)) })
  if (answer.FunctionError !== undefined) throw new Error(`${step} of ${row.arn}: ${Buffer.from(answer.Payload ?? []).toString()}`)
}

/**
 * A rotation that shall not begin yet is tried: the function tests a pending version with the current value, which goes again. The value is read and
 * written in the name of whoever turned the rotation on, who may use the secret's key.
 */
export async function rotationTest(background: SecretsManager, task: RotationTask & { principal: Principal }): Promise<void> {
  const scope = background.in({ principal: task.principal }) as SecretsManager
  const row = await scope.tables.secrets.get(task.name)
  if (row?.arn !== task.arn || !row.rotation) return
  const current = withStage(await versionsOf(scope, row), 'AWSCURRENT')
  if (!current?.value || unfinished(await versionsOf(scope, row))) return
  try {
    const value = await openValue(scope, row, current)
    await scope.transact(at => addVersion(at as SecretsManager, row, task.token, value, ['AWSPENDING']))
    await call(scope, row, 'testSecret', task.token)
  } catch (error) {
    scope.log.warn('the test of a rotation failed', { secret: row.arn, error: String(error) })
  }
  await scope.tables.versions.delete(row.arn, task.token)
}
