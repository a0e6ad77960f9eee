import { DryRunOperationException, type Input, type Kms, type Output } from '../state.ts'
import { checkLiving } from '../keys/key.ts'
import { grantAt } from './grant.ts'

/** Takes a grant back. */
export async function RevokeGrant(kms: Kms, input: Input<'RevokeGrant'>): Promise<Output<'RevokeGrant'>> {
  const { at, row, grant } = await grantAt(kms, input.KeyId!, input.GrantId!)
  checkLiving(row)
  if (input.DryRun) throw new DryRunOperationException('The request would have succeeded, but the DryRun option is set.')
  await at.tables.grants.delete(row.id, grant.id)
  return {}
}
