import { dayMs, deletionDaysDefault, ValidationException, type Input, type KeyRow, type Kms, type Output } from '../state.ts'
import { checkLiving, keyById } from './key.ts'

/** Marks a key for deletion, in 7 to 30 days, by the cloud's clock. */
export async function ScheduleKeyDeletion(kms: Kms, input: Input<'ScheduleKeyDeletion'>): Promise<Output<'ScheduleKeyDeletion'>> {
  const days = input.PendingWindowInDays ?? deletionDaysDefault
  if (days < 7 || days > 30) throw new ValidationException('PendingWindowInDays must be between 7 and 30 (inclusive)')
  const { at, row } = await keyById(kms, input.KeyId!)
  checkLiving(row)
  const deletionMs = at.now() + days * dayMs
  await at.tables.keys.put({ ...row, state: 'PendingDeletion', deletionMs, deletionDays: days })
  at.enqueue('purge', { id: row.id }, { at: deletionMs, id: row.id })
  return { KeyId: row.arn, DeletionDate: new Date(deletionMs), KeyState: 'PendingDeletion', PendingWindowInDays: days }
}

/** The end of the window: the key goes with its aliases and grants, and what it encrypted opens no more. */
export async function purge(kms: Kms, { id }: { id: string }): Promise<void> {
  await kms.transact(async inside => {
    const at = inside as Kms
    const row = await at.tables.keys.get(id)
    if (row?.deletionMs !== undefined && row.deletionMs <= at.now()) await remove(at, row)
  })
}

async function remove(at: Kms, { id }: KeyRow): Promise<void> {
  for (const { name, keyId } of await at.tables.aliases.list()) if (keyId === id) await at.tables.aliases.delete(name)
  for (const grant of await at.tables.grants.list({ prefix: [id] })) await at.tables.grants.delete(id, grant.id)
  await at.tables.keys.delete(id)
  at.cancel('rotate', id)
  at.cancel('expire', id)
}
