import { createHash } from 'node:crypto'
import { parseArn } from '../../platform/arns.ts'
import { awsManagedPolicies } from './data/aws-managed-policies.ts'
import { InvalidInput, NoSuchEntity, type EntityKind, type Iam, type PolicyRow } from './state.ts'

// The day from which Fogbank dates the policies that AWS keeps.
const awsPolicyCreatedAt = Date.UTC(2015, 1, 6, 18, 39, 46)

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

const kept = new Map<string, { row: PolicyRow, document: string }>()

/** The row of a policy that AWS keeps, by its ARN. Its id is made from the name, so that it is the same in each cloud. */
export function awsPolicy(arn: string): { row: PolicyRow, document: string } | undefined {
  const known = kept.get(arn)
  if (known) return known
  const place = parseArn(arn)
  if (place?.service !== 'iam' || place.account !== 'aws') return undefined
  const name = arn.slice(arn.lastIndexOf('/') + 1)
  const found = Object.hasOwn(awsManagedPolicies, name) ? awsManagedPolicies[name] : undefined
  if (!found || place.resource !== `policy${found.path}${name}`) return undefined
  const id = 'ANPA' + [...createHash('sha256').update(name).digest().subarray(0, 17)].map(byte => base32[byte % 32]).join('')
  const row = { name, path: found.path, id, arn, createdAt: awsPolicyCreatedAt, updatedAt: awsPolicyCreatedAt, tags: {}, defaultVersion: 1, lastVersion: 1 }
  const made = { row, document: JSON.stringify({ Version: '2012-10-17', Statement: found.statements }, undefined, 4) }
  // As many at most as there are policies and partitions.
  kept.set(arn, made)
  return made
}

export const awsPolicyRows = (partition: string): PolicyRow[] =>
  Object.entries(awsManagedPolicies).map(([name, { path }]) => awsPolicy(`arn:${partition}:iam::aws:policy${path}${name}`)!.row)

/** The managed policy of an ARN, AWS's or the account's; throws NoSuchEntity, in the words of the place where it is named. */
export async function managedPolicy(iam: Iam, arn: string | undefined, missing = `Policy ${arn} was not found.`): Promise<PolicyRow> {
  const place = arn === undefined ? undefined : parseArn(arn)
  if (!place || place.service !== 'iam' || !place.resource.startsWith('policy/')) throw new InvalidInput(`ARN ${arn} is not valid.`)
  const row = place.account === 'aws' ? awsPolicy(arn!)?.row : await iam.tables.policies.get(arn!.slice(arn!.lastIndexOf('/') + 1).toLowerCase())
  if (!row || row.arn !== arn) throw new NoSuchEntity(missing)
  return row
}

/** The document of a policy's version; undefined where it has no such version. */
export async function versionOf(iam: Iam, policy: PolicyRow, version: number) {
  const kept = awsPolicy(policy.arn)
  if (kept) return version === 1 ? { policy: policy.name, version, document: kept.document, createdAt: policy.createdAt } : undefined
  return iam.tables.policyVersions.get(policy.name.toLowerCase(), version)
}

/** How many entities a policy is attached to, and for how many it is the boundary. */
export async function usageOf(iam: Iam, policyArn: string): Promise<{ attached: number, boundaries: number }> {
  const rows = await iam.tables.attachments.list({ prefix: [policyArn] })
  const attached = rows.filter(row => row.usage === 'attached').length
  return { attached, boundaries: rows.length - attached }
}

/** Sets or takes away an entity's boundary, with the way back from the policy. */
export async function setBoundary(iam: Iam, kind: EntityKind, row: { name: string, boundary?: string }, policyArn: string | undefined): Promise<void> {
  if (row.boundary !== undefined) await iam.tables.attachments.delete(row.boundary, 'boundary', kind, row.name.toLowerCase())
  delete row.boundary
  if (policyArn === undefined) return
  await managedPolicy(iam, policyArn, `Scope ARN: ${policyArn} does not exist or is not attachable.`)
  row.boundary = policyArn
  await iam.tables.attachments.put({ policyArn, usage: 'boundary', kind, name: row.name })
}
