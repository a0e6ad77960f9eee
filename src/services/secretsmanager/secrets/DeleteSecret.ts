import { dayMs, InvalidParameterException, recoveryDaysDefault, secretArn, type Input, type Output, type SecretsManager } from '../state.ts'
import { checkName, findSecret, removeSecret, secretAt } from './secret.ts'

/** Marks a secret for deletion, in 7 to 30 days; or deletes it at once, where a secret that does not exist is no error. */
export async function DeleteSecret(scope: SecretsManager, input: Input<'DeleteSecret'>): Promise<Output<'DeleteSecret'>> {
  const { SecretId: id = '', RecoveryWindowInDays: days = recoveryDaysDefault, ForceDeleteWithoutRecovery: force = false } = input
  if (force && input.RecoveryWindowInDays !== undefined) {
    throw new InvalidParameterException("You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
  }
  if (days < 7 || days > 30) throw new InvalidParameterException('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')
  checkName(id)
  const now = scope.now()
  if (force && !await findSecret(scope, id)) {
    return { ARN: id.startsWith('arn:') ? id : secretArn(scope, `${id}-??????`), Name: id, DeletionDate: new Date(now) }
  }
  const { at, row } = await secretAt(scope, id, { deleted: force })
  if (force) {
    await removeSecret(at, row)
    return { ARN: row.arn, Name: row.name, DeletionDate: new Date(now) }
  }
  const deletionMs = now + days * dayMs
  await at.tables.secrets.put({ ...row, deletionMs })
  at.enqueue('purge', { name: row.name, arn: row.arn }, { at: deletionMs, id: row.arn })
  at.cancel('rotateOnSchedule', row.arn)
  return { ARN: row.arn, Name: row.name, DeletionDate: new Date(deletionMs) }
}

/** The end of the recovery window. */
export async function purge(scope: SecretsManager, { name, arn }: { name: string, arn: string }): Promise<void> {
  await scope.transact(async at => {
    const row = await at.tables.secrets.get(name)
    if (row?.arn === arn && row.deletionMs !== undefined && row.deletionMs <= at.now()) await removeSecret(at as SecretsManager, row)
  })
}
