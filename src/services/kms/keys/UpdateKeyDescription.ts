import type { Input, Kms, Output } from '../state.ts'
import { checkLiving, keyById } from './key.ts'

/** Describes a key anew. */
export async function UpdateKeyDescription(kms: Kms, input: Input<'UpdateKeyDescription'>): Promise<Output<'UpdateKeyDescription'>> {
  const { at, row } = await keyById(kms, input.KeyId!)
  checkLiving(row)
  await at.tables.keys.put({ ...row, description: input.Description! })
  return {}
}
