import { checkDocument, encodeDocument, sizeOf } from './documents.ts'
import { checkName, entity, tableOf } from './entities.ts'
import { managedPolicy } from './managed.ts'
import { attachedPoliciesPerEntityMax, inlinePolicyCharactersMax, LimitExceeded, NoSuchEntity, type EntityKind, type EntityRow, type Iam } from './state.ts'
import { refuseLinked } from './roles/service-linked.ts'
import { pageBy, sortBy, type PageInput } from './pages.ts'

// What roles, users and groups have alike: policies of their own, and managed policies attached.

const capital = (kind: EntityKind) => kind[0]!.toUpperCase() + kind.slice(1)

/** Writes a changed role, user or group; others hear of a role. */
export async function save(iam: Iam, kind: EntityKind, row: EntityRow): Promise<void> {
  await tableOf(iam, kind).put(row as any)
  if (kind === 'role') iam.publish('iam.role.changed', { roleArn: row.arn })
}

export async function putInline(
  iam: Iam, kind: EntityKind, name: string | undefined, policyName: string | undefined, document: string | undefined
): Promise<void> {
  checkName('policyName', policyName, 128)
  const row = await entity(iam, kind, name)
  if (kind === 'role') refuseLinked(row)
  checkDocument(document!, 'identity')
  const inline = { ...row.inline, [policyName]: document! }
  const size = Object.values(inline).reduce((sum, one) => sum + sizeOf(one), 0)
  const sizeMax = inlinePolicyCharactersMax[kind]
  if (size > sizeMax) throw new LimitExceeded(`Maximum policy size of ${sizeMax} bytes exceeded for ${kind} ${row.name}`)
  await save(iam, kind, { ...row, inline })
}

export async function getInline(iam: Iam, kind: EntityKind, name: string | undefined, policyName: string | undefined) {
  const row = await entity(iam, kind, name)
  const document = row.inline[policyName!]
  if (document === undefined) throw new NoSuchEntity(`The ${kind} policy with name ${policyName} cannot be found.`)
  return { PolicyName: policyName, PolicyDocument: encodeDocument(document) }
}

export async function deleteInline(iam: Iam, kind: EntityKind, name: string | undefined, policyName: string | undefined): Promise<void> {
  const row = await entity(iam, kind, name)
  if (kind === 'role') refuseLinked(row)
  const { [policyName!]: document, ...inline } = row.inline
  if (document === undefined) throw new NoSuchEntity(`The ${kind} policy with name ${policyName} cannot be found.`)
  await save(iam, kind, { ...row, inline })
}

export async function listInline(iam: Iam, kind: EntityKind, name: string | undefined, input: PageInput) {
  const row = await entity(iam, kind, name)
  const { page, next } = pageBy(`inline ${row.id}`, sortBy(Object.keys(row.inline), one => one), input, one => one)
  return { PolicyNames: page, ...next }
}

export async function attach(iam: Iam, kind: EntityKind, name: string | undefined, policyArn: string | undefined): Promise<void> {
  const row = await entity(iam, kind, name)
  if (kind === 'role') refuseLinked(row)
  await managedPolicy(iam, policyArn, `Policy ${policyArn} does not exist or is not attachable.`)
  if (row.attached.includes(policyArn!)) return
  if (row.attached.length >= attachedPoliciesPerEntityMax) {
    throw new LimitExceeded(`Cannot exceed quota for PoliciesPer${capital(kind)}: ${attachedPoliciesPerEntityMax}`)
  }
  await save(iam, kind, { ...row, attached: [...row.attached, policyArn!] })
  await iam.tables.attachments.put({ policyArn: policyArn!, usage: 'attached', kind, name: row.name })
}

export async function detach(iam: Iam, kind: EntityKind, name: string | undefined, policyArn: string | undefined): Promise<void> {
  const row = await entity(iam, kind, name)
  if (kind === 'role') refuseLinked(row)
  if (!row.attached.includes(policyArn!)) throw new NoSuchEntity(`Policy ${policyArn} was not found.`)
  await save(iam, kind, { ...row, attached: row.attached.filter(arn => arn !== policyArn) })
  await iam.tables.attachments.delete(policyArn!, 'attached', kind, row.name.toLowerCase())
}

export async function listAttached(iam: Iam, kind: EntityKind, name: string | undefined, input: PageInput & { PathPrefix?: string | undefined }) {
  const row = await entity(iam, kind, name)
  const found = row.attached
    .map(arn => ({ PolicyArn: arn, PolicyName: arn.slice(arn.lastIndexOf('/') + 1) }))
    .filter(({ PolicyArn }) => PolicyArn.slice(PolicyArn.indexOf('policy/') + 6).startsWith(input.PathPrefix ?? '/'))
  const { page, next } = pageBy(`attached ${row.id}`, sortBy(found, one => one.PolicyName), input, one => one.PolicyName)
  return { AttachedPolicies: page, ...next }
}
