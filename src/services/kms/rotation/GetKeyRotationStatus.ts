import { UnsupportedOperationException, type Input, type Kms, type Output } from '../state.ts'
import { checkLiving, keyById } from '../keys/key.ts'
import { isSymmetric } from '../keys/specs.ts'

/** Whether and when a key is rotated. */
export async function GetKeyRotationStatus(kms: Kms, input: Input<'GetKeyRotationStatus'>): Promise<Output<'GetKeyRotationStatus'>> {
  const { row } = await keyById(kms, input.KeyId!)
  if (!isSymmetric(row)) throw new UnsupportedOperationException(`You cannot perform this operation on ${row.arn}: its key spec is ${row.spec}.`)
  checkLiving(row)
  if (!row.rotation) return { KeyRotationEnabled: false, KeyId: row.arn }
  const { periodDays, nextMs } = row.rotation
  return { KeyRotationEnabled: true, KeyId: row.arn, RotationPeriodInDays: periodDays, NextRotationDate: new Date(nextMs) }
}
