import { NoSuchEntity, type Iam, type Input, type Output } from '../state.ts'

/** When an access key last signed a call, to which service and where. */
export async function GetAccessKeyLastUsed(iam: Iam, input: Input<'GetAccessKeyLastUsed'>): Output<'GetAccessKeyLastUsed'> {
  const key = await iam.tables.accessKeys.get(input.AccessKeyId!)
  if (key?.account !== iam.account || key.user === undefined) throw new NoSuchEntity(`The Access Key with id ${input.AccessKeyId} cannot be found.`)
  const used = iam.state.lastUsed(key.id)
  // Of a key that was never used AWS sends no date, which the SDK's type does not know.
  const AccessKeyLastUsed = { LastUsedDate: used && new Date(used.at), ServiceName: used?.service ?? 'N/A', Region: used?.region ?? 'N/A' }
  return { UserName: key.user, AccessKeyLastUsed: AccessKeyLastUsed as typeof AccessKeyLastUsed & { LastUsedDate: Date } }
}
