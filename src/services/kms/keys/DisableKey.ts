import { KMSInvalidStateException, type Input, type Kms, type Output } from '../state.ts'
import { checkLiving, keyById } from './key.ts'

/** Lets a key be used for nothing until it is enabled again. */
export async function DisableKey(kms: Kms, input: Input<'DisableKey'>): Promise<Output<'DisableKey'>> {
  const { at, row } = await keyById(kms, input.KeyId!)
  checkLiving(row)
  if (row.state === 'PendingImport') throw new KMSInvalidStateException(`${row.arn} is pending import.`)
  await at.tables.keys.put({ ...row, state: 'Disabled' })
  return {}
}
