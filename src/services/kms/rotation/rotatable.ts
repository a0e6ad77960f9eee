import { UnsupportedOperationException, type Kms } from '../state.ts'
import { checkUsable, keyById, type FoundKey } from '../keys/key.ts'
import { isSymmetric } from '../keys/specs.ts'

/** A key that AWS can rotate: symmetric, and its material made by KMS. */
export async function rotatableKey(kms: Kms, id: string): Promise<FoundKey> {
  const found = await keyById(kms, id)
  const { row } = found
  if (!isSymmetric(row)) throw new UnsupportedOperationException(`You cannot perform this operation on ${row.arn}: its key spec is ${row.spec}.`)
  if (row.origin !== 'AWS_KMS') throw new UnsupportedOperationException(`${row.arn} origin is ${row.origin} which is not valid for this operation.`)
  checkUsable(row)
  return found
}
