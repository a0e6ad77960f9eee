import { dayMs, rotationDaysDefault, type Input, type KeyRow, type Kms, type Output } from '../state.ts'
import { rotatableKey } from './rotatable.ts'
import { queueRotation } from './rotate.ts'

/** Rotates a key every year, or every 90 to 2,560 days, from now on. */
export async function EnableKeyRotation(kms: Kms, input: Input<'EnableKeyRotation'>): Promise<Output<'EnableKeyRotation'>> {
  const { at, row } = await rotatableKey(kms, input.KeyId!)
  const periodDays = input.RotationPeriodInDays ?? row.rotation?.periodDays ?? rotationDaysDefault
  // Enabling what is enabled, with the same period, does not move the date.
  if (row.rotation?.periodDays === periodDays) return {}
  const next: KeyRow = { ...row, rotation: { periodDays, nextMs: at.now() + periodDays * dayMs } }
  await at.tables.keys.put(next)
  queueRotation(at, next)
  return {}
}
