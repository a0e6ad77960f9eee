import { UnsupportedOperationException, type Input, type Kms, type Output } from '../state.ts'
import { checkLiving, keyById } from '../keys/key.ts'
import { withoutMaterial } from './ImportKeyMaterial.ts'

/** Forgets imported material: the key waits for it again. */
export async function DeleteImportedKeyMaterial(kms: Kms, input: Input<'DeleteImportedKeyMaterial'>): Promise<Output<'DeleteImportedKeyMaterial'>> {
  const { at, row } = await keyById(kms, input.KeyId!)
  if (row.origin !== 'EXTERNAL') throw new UnsupportedOperationException(`${row.arn} origin is ${row.origin} which is not valid for this operation.`)
  checkLiving(row)
  await at.tables.keys.put(withoutMaterial(row))
  at.cancel('expire', row.id)
  const id = row.materials.at(-1)?.id
  return { KeyId: row.arn, ...id !== undefined && { KeyMaterialId: id } }
}
