import { globalArn } from '../../platform/arns.ts'
import type { AuthorizationRule } from '../../platform/service.ts'
import { tableOf } from './entities.ts'
import type { EntityKind, Iam } from './state.ts'

// Which resource each operation of IAM is about, and its condition keys: docs.aws.amazon.com/service-authorization, "AWS IAM".

export type Rule = AuthorizationRule<Iam, any>

/** A role, user or group that is there: its ARN with its path. One that is not: as if it had none. */
export async function arnOf(iam: Iam, kind: EntityKind, name: string | undefined): Promise<string> {
  const row = name === undefined ? undefined : await tableOf(iam, kind).get(name.toLowerCase())
  return row?.arn ?? globalArn(iam, 'iam', `${kind}/${name ?? ''}`)
}

const members = { role: 'RoleName', user: 'UserName', group: 'GroupName' } as const

/** An operation on a role, user or group that is there. */
export function onEntity(kind: EntityKind): Rule {
  return {
    // A user may be left out: it is the caller then.
    resource: (iam, input) => arnOf(iam, kind, input[members[kind]] ?? callerName(iam)),
    resourceTags: async (iam, input) => (await tableOf(iam, kind).get(String(input[members[kind]] ?? callerName(iam) ?? '').toLowerCase()))?.tags,
    async conditions(iam, input) {
      if (iam.principal.type === 'root') return {}
      const row = await tableOf(iam, kind).get(String(input[members[kind]] ?? callerName(iam) ?? '').toLowerCase())
      return { 'iam:PolicyARN': input.PolicyArn, 'iam:PermissionsBoundary': input.PermissionsBoundary ?? row?.boundary }
    },
  }
}

/** The name of the user who calls; undefined for everybody else. */
export const callerName = (iam: Iam): string | undefined =>
  iam.principal.type === 'user' ? iam.principal.arn.slice(iam.principal.arn.lastIndexOf('/') + 1) : undefined

/** An operation that makes a resource of a name, at a path. */
export const onNew = (kind: string, member: string): Rule => ({
  resource: (iam, input) => globalArn(iam, 'iam', `${kind}${input.Path ?? '/'}${input[member]}`),
  conditions: (_iam, input) => ({ 'iam:PermissionsBoundary': input.PermissionsBoundary }),
})

export const onPolicy: Rule = {
  resource: (_iam, input) => input.PolicyArn,
  resourceTags: async (iam, input) => (await iam.tables.policies.get(String(input.PolicyArn).split('/').at(-1)!.toLowerCase()))?.tags,
}

/** An operation on an OpenID Connect provider. */
export const onOpenId: Rule = {
  resource: (_iam, input) => input.OpenIDConnectProviderArn,
  resourceTags: async (iam, input) =>
    (await iam.tables.openIdProviders.get(String(input.OpenIDConnectProviderArn).split('oidc-provider/')[1]?.toLowerCase() ?? ''))?.tags,
}

/** An operation on a device of multi-factor authentication. */
export const onDevice: Rule = { resource: (_iam, input) => input.SerialNumber }

/** An operation on the certificate of a server. */
export const onCertificate: Rule = {
  resource: async (iam, input) => (await iam.tables.serverCertificates.get(String(input.ServerCertificateName).toLowerCase()))?.arn
    ?? globalArn(iam, 'iam', `server-certificate/${input.ServerCertificateName}`),
  resourceTags: async (iam, input) => (await iam.tables.serverCertificates.get(String(input.ServerCertificateName).toLowerCase()))?.tags,
}

export const onProfile: Rule = {
  resource: async (iam, input) => (await iam.tables.profiles.get(String(input.InstanceProfileName).toLowerCase()))?.arn
    ?? globalArn(iam, 'iam', `instance-profile/${input.InstanceProfileName}`),
  resourceTags: async (iam, input) => (await iam.tables.profiles.get(String(input.InstanceProfileName).toLowerCase()))?.tags,
}

/** Lists: AWS checks them on every resource of the kind. */
export const onAll = (kind: string): Rule => ({ resource: (iam, input) => globalArn(iam, 'iam', `${kind}${input.PathPrefix ?? '/'}`) })
