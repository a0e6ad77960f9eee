import { DryRunOperationException, ValidationException, type Input, type Kms, type Output } from '../state.ts'
import { keyRequest } from '../authorization.ts'
import { checkLiving } from '../keys/key.ts'
import { grantAt, grantOfToken, type FoundGrant } from './grant.ts'

/** Gives a grant up: its retiring principal may, its grantee where the grant says so, and who has kms:RetireGrant. */
export async function RetireGrant(kms: Kms, input: Input<'RetireGrant'>): Promise<Output<'RetireGrant'>> {
  const { GrantToken: token, KeyId: keyId, GrantId: grantId } = input
  if (token === undefined && (keyId === undefined || grantId === undefined)) {
    throw new ValidationException('Either grant token or key ID and grant ID must be provided')
  }
  const found = token === undefined ? await grantAt(kms, keyId!, grantId!) : await grantOfToken(kms, token)
  if (!mayByGrant(kms, found)) await kms.authorize(await keyRequest(kms, found, 'kms:RetireGrant'))
  checkLiving(found.row)
  if (input.DryRun) throw new DryRunOperationException('The request would have succeeded, but the DryRun option is set.')
  await found.at.tables.grants.delete(found.row.id, found.grant.id)
  return {}
}

function mayByGrant({ principal }: Kms, { grant }: FoundGrant): boolean {
  const isCaller = (name: string | undefined) => name !== undefined && (name === principal.arn || name === principal.roleArn)
  return isCaller(grant.retiring) || (grant.operations.includes('RetireGrant') && isCaller(grant.grantee))
}
