import { NotFoundException, type Input, type Kms, type Output } from '../state.ts'
import { checkLiving, keyById } from '../keys/key.ts'
import { checkPolicy } from './policy.ts'

/** Sets the policy of a key, which has one only: `default`. */
export async function PutKeyPolicy(kms: Kms, input: Input<'PutKeyPolicy'>): Promise<Output<'PutKeyPolicy'>> {
  const { at, row } = await keyById(kms, input.KeyId!)
  if ((input.PolicyName ?? 'default') !== 'default') throw new NotFoundException('No such policy exists')
  checkLiving(row)
  await checkPolicy(kms, row.arn, input.Policy!, input.BypassPolicyLockoutSafetyCheck)
  await at.tables.keys.put({ ...row, policy: input.Policy! })
  return {}
}
