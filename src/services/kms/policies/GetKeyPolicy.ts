import { NotFoundException, type Input, type Kms, type Output } from '../state.ts'
import { keyById } from '../keys/key.ts'

/** The policy of a key. */
export async function GetKeyPolicy(kms: Kms, input: Input<'GetKeyPolicy'>): Promise<Output<'GetKeyPolicy'>> {
  const { row } = await keyById(kms, input.KeyId!)
  if ((input.PolicyName ?? 'default') !== 'default') throw new NotFoundException('No such policy exists')
  return { Policy: row.policy, PolicyName: 'default' }
}
