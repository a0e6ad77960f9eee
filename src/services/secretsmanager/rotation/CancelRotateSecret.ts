import { InvalidRequestException, type Input, type Output, type SecretsManager } from '../state.ts'
import { secretAt, versionsOf } from '../secrets/secret.ts'
import { scheduleNext } from './schedule.ts'
import { unfinished } from './rotate.ts'

/** Turns rotation off, and ends one that is under way: what it has pending stays. */
export async function CancelRotateSecret(scope: SecretsManager, input: Input<'CancelRotateSecret'>): Promise<Output<'CancelRotateSecret'>> {
  const { at, row } = await secretAt(scope, input.SecretId!)
  if (!row.rotation) throw new InvalidRequestException('You tried to cancel the rotation of a secret that has none configured.')
  const pending = unfinished(await versionsOf(at, row))
  if (pending) at.cancel('rotation', `${row.arn}/${pending.id}`)
  await at.tables.secrets.put(scheduleNext(at, { ...row, changedMs: at.now(), rotation: { ...row.rotation, enabled: false } }))
  return { ARN: row.arn, Name: row.name, ...pending && { VersionId: pending.id } }
}
