import type { Input, Kms, Output } from '../state.ts'
import { keyById, pageAfter } from '../keys/key.ts'

/** The rotations of a key, with ALL_KEY_MATERIAL also its first material. A hundred a page where Limit is not given. */
export async function ListKeyRotations(kms: Kms, input: Input<'ListKeyRotations'>): Promise<Output<'ListKeyRotations'>> {
  const { row } = await keyById(kms, input.KeyId!)
  const numbered = row.materials.map((material, at) => ({ ...material, at: String(at).padStart(6, '0') }))
  const wanted = numbered.filter(({ rotation }) => rotation || input.IncludeKeyMaterial === 'ALL_KEY_MATERIAL')
  const { page, more } = pageAfter('ListKeyRotations', wanted, ({ at }) => at, input, 100)
  return {
    Rotations: page.map(({ id, sinceMs, rotation }) => ({
      KeyId: row.arn, KeyMaterialId: id, KeyMaterialState: id === row.materials.at(-1)!.id ? 'CURRENT' as const : 'NON_CURRENT' as const,
      ...rotation && { RotationDate: new Date(sinceMs), RotationType: rotation },
    })),
    ...more,
  }
}
