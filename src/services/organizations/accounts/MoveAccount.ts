import { tellMoved } from './account.ts'
import { accountIn, managed, parentIn } from '../organization.ts'
import {
  DestinationParentNotFoundException, DuplicateAccountException, SourceParentNotFoundException, type Input, type Orgs, type Output,
} from '../state.ts'

/** Moves an account to another unit, or the root: from then on the policies on its new way bound it. */
export async function MoveAccount(orgs: Orgs, input: Input<'MoveAccount'>): Output<'MoveAccount'> {
  const org = await managed(orgs)
  const row = await accountIn(orgs, org, input.AccountId)
  if (row.parent !== input.SourceParentId) throw new SourceParentNotFoundException("You specified a source parent that doesn't exist.")
  if (!await parentIn(orgs, org, input.DestinationParentId)) {
    throw new DestinationParentNotFoundException("You specified a destination parent that doesn't exist.")
  }
  if (input.DestinationParentId === row.parent) throw new DuplicateAccountException('The account is already a member of the specified destination.')
  await orgs.tables.accounts.put({ ...row, parent: input.DestinationParentId! })
  tellMoved(orgs, org, row.account)
  return {}
}
