import type { Input, Kms, Output } from '../state.ts'
import { checkLiving, keyById } from '../keys/key.ts'

/** Takes tags off a key; one that it has not is no error. */
export async function UntagResource(kms: Kms, input: Input<'UntagResource'>): Promise<Output<'UntagResource'>> {
  const { at, row } = await keyById(kms, input.KeyId!)
  checkLiving(row)
  await at.tables.keys.put({ ...row, tags: Object.fromEntries(Object.entries(row.tags).filter(([key]) => !input.TagKeys!.includes(key))) })
  return {}
}
