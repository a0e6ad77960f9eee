import type { GrantListEntry } from '@aws-sdk/client-kms'
import { accountOfArn } from '../../../platform/arns.ts'
import { keyAt, type FoundKey } from '../keys/key.ts'
import { InvalidGrantIdException, InvalidGrantTokenException, keyArn, type GrantRow, type Kms } from '../state.ts'

type Context = Record<string, string> | undefined

/** A key's policy with what its grants add to it for this operation and encryption context. A grant is one more statement that allows. */
export async function policyWithGrants({ at, row }: FoundKey, operation: string, context: Context): Promise<string> {
  const all = await at.tables.grants.list({ prefix: [row.id] })
  const grants = all.filter(grant => (grant.operations as string[]).includes(operation) && fits(grant, context))
  if (grants.length === 0) return row.policy
  const policy = JSON.parse(row.policy)
  const statements = grants.map(({ grantee, id }) => ({
    Sid: id, Effect: 'Allow', Principal: grantee.endsWith('.amazonaws.com') ? { Service: grantee } : { AWS: grantee }, Action: `kms:${operation}`,
    Resource: '*',
  }))
  return JSON.stringify({ ...policy, Statement: [policy.Statement, ...statements].flat() })
}

/** Whether a grant's constraints hold; they bind the operations that have an encryption context. */
function fits({ constraints }: GrantRow, context: Context = {}): boolean {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = constraints ?? {}
  const has = (wanted: Record<string, string>) => Object.entries(wanted).every(([key, value]) => context[key] === value)
  if (equals && !(has(equals) && Object.keys(context).length === Object.keys(equals).length)) return false
  return !subset || has(subset)
}

export const grantView = (kms: Kms, grant: GrantRow): GrantListEntry => ({
  KeyId: keyArn(kms, grant.keyId), GrantId: grant.id, ...grant.name !== undefined && { Name: grant.name }, CreationDate: new Date(grant.createdMs),
  GranteePrincipal: grant.grantee, ...grant.retiring !== undefined && { RetiringPrincipal: grant.retiring },
  IssuingAccount: `arn:${kms.partition}:iam::${grant.issuer}:root`, Operations: grant.operations, ...grant.constraints && { Constraints: grant.constraints },
})

/** A token names its grant: grants take effect at once, so it is needed for nothing but RetireGrant. */
export const tokenOf = (arn: string, grantId: string): string => Buffer.from(JSON.stringify([arn, grantId])).toString('base64')

export interface FoundGrant extends FoundKey { grant: GrantRow }

export async function grantAt(kms: Kms, keyId: string, grantId: string): Promise<FoundGrant> {
  const key = await keyAt(kms, keyId)
  const grant = await key.at.tables.grants.get(key.row.id, grantId)
  if (!grant) throw new InvalidGrantIdException(`Grant ID ${grantId} not found`)
  return { ...key, grant }
}

export async function grantOfToken(kms: Kms, token: string): Promise<FoundGrant> {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(token, 'base64').toString())
  } catch {
    throw new InvalidGrantTokenException('Invalid grant token')
  }
  if (!Array.isArray(parts) || parts.length !== 2 || accountOfArn(String(parts[0])) === undefined) throw new InvalidGrantTokenException('Invalid grant token')
  return grantAt(kms, String(parts[0]), String(parts[1]))
}
