import type { Input, Kms, Output } from '../state.ts'
import { rotatableKey } from './rotatable.ts'

/** Ends the rotation of a key. */
export async function DisableKeyRotation(kms: Kms, input: Input<'DisableKeyRotation'>): Promise<Output<'DisableKeyRotation'>> {
  const { at, row: { rotation: _, ...row } } = await rotatableKey(kms, input.KeyId!)
  at.cancel('rotate', row.id)
  await at.tables.keys.put(row)
  return {}
}
