import { LimitExceededException, onDemandRotationsMax, type Input, type Kms, type Output } from '../state.ts'
import { rotatableKey } from './rotatable.ts'
import { rotated } from './rotate.ts'

/** Rotates a key now; AWS does so in the background. */
export async function RotateKeyOnDemand(kms: Kms, input: Input<'RotateKeyOnDemand'>): Promise<Output<'RotateKeyOnDemand'>> {
  const { at, row } = await rotatableKey(kms, input.KeyId!)
  if (row.materials.filter(({ rotation }) => rotation === 'ON_DEMAND').length >= onDemandRotationsMax) {
    throw new LimitExceededException(`You have exceeded the on-demand rotations limit for ${row.arn}: ${onDemandRotationsMax}.`)
  }
  await at.tables.keys.put(await rotated(at, row, 'ON_DEMAND'))
  return { KeyId: row.arn }
}
