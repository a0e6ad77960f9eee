import type { Input, Output, SecretsManager } from '../state.ts'
import { scheduleNext } from '../rotation/schedule.ts'
import { secretAt } from './secret.ts'

/** Takes a secret's deletion back. */
export async function RestoreSecret(scope: SecretsManager, input: Input<'RestoreSecret'>): Promise<Output<'RestoreSecret'>> {
  const { at, row: { deletionMs, ...row } } = await secretAt(scope, input.SecretId!, { deleted: true })
  if (deletionMs !== undefined) {
    at.cancel('purge', row.arn)
    await at.tables.secrets.put(scheduleNext(at, row))
  }
  return { ARN: row.arn, Name: row.name }
}
