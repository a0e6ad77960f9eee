import { parseArn } from '../../../platform/arns.ts'
import { compilePolicy } from '../../../platform/policy/compile.ts'
import { entity } from '../entities.ts'
import { managedPolicy, versionOf } from '../managed.ts'
import { InvalidInput, type EntityKind, type EntityRow, type Iam, type Input, type Output } from '../state.ts'

interface Granting {
  PolicyName: string, PolicyType: 'INLINE' | 'MANAGED', PolicyArn?: string, EntityType?: 'USER' | 'ROLE' | 'GROUP', EntityName?: string, document: string
}

/** For each service, the policies of a user (and its groups), a group or a role that allow anything of it. */
export async function ListPoliciesGrantingServiceAccess(
  iam: Iam, input: Input<'ListPoliciesGrantingServiceAccess'>,
): Output<'ListPoliciesGrantingServiceAccess'> {
  const [, kind, name] = /^(user|group|role)\/(?:.*\/)?([^/]+)$/.exec(parseArn(input.Arn ?? '')?.resource ?? '') ?? []
  if (kind === undefined) throw new InvalidInput(`Invalid ARN: ${input.Arn}`)
  const row = await entity(iam, kind as EntityKind, name)
  const policies = await policiesOf(iam, kind as EntityKind, row)
  for (const group of (row as { groups?: string[] }).groups ?? []) policies.push(...await policiesOf(iam, 'group', await entity(iam, 'group', group)))
  return {
    PoliciesGrantingServiceAccess: (input.ServiceNamespaces ?? []).map(ServiceNamespace => ({
      ServiceNamespace, Policies: policies.filter(policy => grants(policy.document, ServiceNamespace)).map(({ document: _document, ...policy }) => policy),
    })),
    IsTruncated: false,
  }
}

async function policiesOf(iam: Iam, kind: EntityKind, row: EntityRow): Promise<Granting[]> {
  const EntityType = kind.toUpperCase() as 'USER' | 'ROLE' | 'GROUP'
  const inline = Object.entries(row.inline)
    .map(([PolicyName, document]): Granting => ({ PolicyName, PolicyType: 'INLINE', EntityType, EntityName: row.name, document }))
  const attached = await Promise.all(row.attached.map(async (PolicyArn): Promise<Granting> => {
    const policy = await managedPolicy(iam, PolicyArn)
    return { PolicyName: policy.name, PolicyType: 'MANAGED', PolicyArn, document: (await versionOf(iam, policy, policy.defaultVersion))!.document }
  }))
  return [...inline, ...attached]
}

/** Whether an Allow names an action of the service, or does not leave the whole of it out. */
function grants(document: string, namespace: string): boolean {
  const { Statement } = JSON.parse(document)
  const compiled = compilePolicy(document).statements
  return [Statement].flat().some((statement, index) => {
    if (statement.Effect !== 'Allow') return false
    if (statement.NotAction !== undefined) return compiled[index]!.action(`${namespace}:Any`)
    return [statement.Action].flat().some((action: string) => action === '*' || action.toLowerCase().startsWith(`${namespace.toLowerCase()}:`))
  })
}
