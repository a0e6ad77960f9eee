import type { Input, Kms, Output } from '../state.ts'
import { pageAfter } from './key.ts'

/** The keys of the account in this region, a hundred a page where Limit is not given. */
export async function ListKeys(kms: Kms, input: Input<'ListKeys'>): Promise<Output<'ListKeys'>> {
  const { page, more } = pageAfter('ListKeys', await kms.tables.keys.list(), key => key.id, input, 100)
  return { Keys: page.map(({ id, arn }) => ({ KeyId: id, KeyArn: arn })), ...more }
}
