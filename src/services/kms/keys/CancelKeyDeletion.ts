import { KMSInvalidStateException, type Input, type Kms, type Output } from '../state.ts'
import { keyById } from './key.ts'

/** Takes a key's deletion back: it is disabled then, or waits for its material. */
export async function CancelKeyDeletion(kms: Kms, input: Input<'CancelKeyDeletion'>): Promise<Output<'CancelKeyDeletion'>> {
  const { at, row: { deletionMs, deletionDays: _, ...row } } = await keyById(kms, input.KeyId!)
  if (deletionMs === undefined) throw new KMSInvalidStateException(`${row.arn} is not pending deletion.`)
  at.cancel('purge', row.id)
  await at.tables.keys.put({ ...row, state: row.materials.at(-1)?.sealed ? 'Disabled' : 'PendingImport' })
  return { KeyId: row.arn }
}
