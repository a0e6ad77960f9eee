import { KMSInvalidStateException, type Input, type Kms, type Output } from '../state.ts'
import { queueRotation } from '../rotation/rotate.ts'
import { checkLiving, keyById } from './key.ts'

/** Lets a disabled key be used again. A rotation that fell due meanwhile follows at once. */
export async function EnableKey(kms: Kms, input: Input<'EnableKey'>): Promise<Output<'EnableKey'>> {
  const { at, row } = await keyById(kms, input.KeyId!)
  checkLiving(row)
  if (row.state === 'PendingImport') throw new KMSInvalidStateException(`${row.arn} is pending import.`)
  await at.tables.keys.put({ ...row, state: 'Enabled' })
  queueRotation(at, row)
  return {}
}
