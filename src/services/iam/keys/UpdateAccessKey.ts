import type { Iam, Input, Output } from '../state.ts'
import { keyOf } from '../user-keys.ts'

/** Switches an access key off (`Inactive`) or on. */
export async function UpdateAccessKey(iam: Iam, input: Input<'UpdateAccessKey'>): Output<'UpdateAccessKey'> {
  const { key } = await keyOf(iam, input.UserName, input.AccessKeyId)
  await iam.tables.accessKeys.put({ ...key, status: input.Status === 'Inactive' ? 'Inactive' : 'Active' })
  return {}
}
