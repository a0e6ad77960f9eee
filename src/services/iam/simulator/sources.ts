import { parseArn } from '../../../platform/arns.ts'
import type { Principal } from '../../../contracts/principal.ts'
import { checkDocument } from '../documents.ts'
import { entity } from '../entities.ts'
import { managedPolicy, versionOf } from '../managed.ts'
import { InvalidInput, MalformedPolicyDocument, type EntityKind, type EntityRow, type Iam } from '../state.ts'

/** A policy of a simulation: its text, and what results call it. */
export interface SourcePolicy { id: string, document: string }

export interface PrincipalSource { arn: string, policies: SourcePolicy[], boundary?: SourcePolicy }

/** The policies of a user (its groups' among them), a group or a role. Throws InvalidInput, NoSuchEntity. */
export async function policiesOfPrincipal(iam: Iam, arn: string | undefined): Promise<PrincipalSource> {
  const [, kind, name] = /^(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(parseArn(arn ?? '')?.resource ?? '') ?? []
  if (kind === undefined || parseArn(arn!)!.service !== 'iam') {
    throw new InvalidInput(`Invalid Entity Arn: ${arn} does not clearly define entity type and name.`)
  }
  const row = await entity(iam, kind as EntityKind, name)
  const policies = await policiesOfEntity(iam, kind as EntityKind, row)
  if (kind === 'user') {
    for (const group of (row as { groups?: string[] }).groups ?? []) policies.push(...await policiesOfEntity(iam, 'group', await entity(iam, 'group', group)))
  }
  return { arn: row.arn, policies, ...row.boundary !== undefined && { boundary: await managedSource(iam, row.boundary) } }
}

async function policiesOfEntity(iam: Iam, kind: EntityKind, row: EntityRow): Promise<SourcePolicy[]> {
  const inline = Object.entries(row.inline).map(([name, document]) => ({ id: `${kind}_${row.name}_${name}`, document }))
  return [...inline, ...await Promise.all(row.attached.map(policyArn => managedSource(iam, policyArn)))]
}

async function managedSource(iam: Iam, policyArn: string): Promise<SourcePolicy> {
  const policy = await managedPolicy(iam, policyArn)
  return { id: policy.name, document: (await versionOf(iam, policy, policy.defaultVersion))!.document }
}

/** Policies that a request brings, checked; named `PolicyInputList.1` and so on. */
export function givenPolicies(member: string, documents: string[] | undefined): SourcePolicy[] {
  return (documents ?? []).map((document, index) => {
    checkGiven(document, 'identity')
    return { id: `${member}.${index + 1}`, document }
  })
}

/** The simulator says InvalidInput where the other operations say MalformedPolicyDocument. */
export function checkGiven(document: string, kind: 'identity' | 'resource'): void {
  try {
    checkDocument(document, kind)
  } catch (error) {
    throw error instanceof MalformedPolicyDocument ? new InvalidInput(`Invalid policy document: ${error.message}`) : error
  }
}

/** A request may bring one boundary, which stands in for the principal's own. */
export function givenBoundary(documents: string[] | undefined): SourcePolicy | undefined {
  if (documents && documents.length > 1) throw new InvalidInput('The list of Permissions Boundary policies cannot exceed 1 items.')
  return givenPolicies('PermissionsBoundaryPolicyInputList', documents)[0]
}

/** Who calls in a simulation; `account` undefined: of whichever account the resource is. */
export function callerOf(arn: string | undefined): { principal: Principal, account: string | undefined } {
  if (arn === undefined) return { principal: { type: 'user', account: '', arn: '', userId: '' }, account: undefined }
  const place = parseArn(arn)
  if (!place || !/^\d{12}$/.test(place.account)) throw new InvalidInput(`The caller ARN ${arn} is not valid.`)
  const { account, resource } = place
  if (resource.startsWith('user/')) return { account, principal: { type: 'user', account, arn, userId: '' } }
  if (resource.startsWith('role/')) {
    const session = `arn:${place.partition}:sts::${account}:assumed-role/${resource.slice(resource.lastIndexOf('/') + 1)}/simulation`
    return { account, principal: { type: 'assumed-role', account, arn: session, userId: '', roleArn: arn } }
  }
  throw new InvalidInput(`The caller ARN ${arn} must be of a user.`)
}
