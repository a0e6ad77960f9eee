import { globalArn } from '../../platform/arns.ts'
import type { AuthorizationRule, Conditions } from '../../platform/service.ts'
import { tagsFromList } from '../../platform/tags.ts'
import { tableOf, type TagList } from './entities.ts'
import type { EntityKind, Iam } from './state.ts'

// Which resource each operation of IAM is about, and its condition keys: docs.aws.amazon.com/service-authorization, "AWS IAM".

export type Rule = AuthorizationRule<Iam, any>

/** A role, user or group that is there: its ARN with its path. One that is not: as if it had none. */
export async function arnOf(iam: Iam, kind: EntityKind, name: string | undefined): Promise<string> {
  const row = name === undefined ? undefined : await tableOf(iam, kind).get(name.toLowerCase())
  return row?.arn ?? globalArn(iam, 'iam', `${kind}/${name ?? ''}`)
}

const members = { role: 'RoleName', user: 'UserName', group: 'GroupName' } as const

/** The condition keys of tags: those that the request brings, and those that the resource has. */
export function tagConditions(given: { Tags?: TagList, TagKeys?: string[] }, existing: Record<string, string> = {}): Conditions {
  const requested = tagsFromList(given.Tags)
  const keys = [...Object.keys(requested), ...given.TagKeys ?? []]
  return {
    ...Object.fromEntries(Object.entries(requested).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...Object.fromEntries(Object.entries(existing).flatMap(([key, value]) => [[`aws:ResourceTag/${key}`, value], [`iam:ResourceTag/${key}`, value]])),
    ...keys.length > 0 && { 'aws:TagKeys': keys },
  }
}

/** An operation on a role, user or group that is there. */
export function onEntity(kind: EntityKind): Rule {
  return {
    // A user may be left out: it is the caller then.
    resource: (iam, input) => arnOf(iam, kind, input[members[kind]] ?? callerName(iam)),
    async conditions(iam, input) {
      const row = await tableOf(iam, kind).get(String(input[members[kind]] ?? callerName(iam) ?? '').toLowerCase())
      return {
        ...tagConditions(input, row?.tags), 'iam:PolicyARN': input.PolicyArn, 'iam:PermissionsBoundary': input.PermissionsBoundary ?? row?.boundary,
      }
    },
  }
}

/** The name of the user who calls; undefined for everybody else. */
export const callerName = (iam: Iam): string | undefined =>
  iam.principal.type === 'user' ? iam.principal.arn.slice(iam.principal.arn.lastIndexOf('/') + 1) : undefined

/** An operation that makes a resource of a name, at a path. */
export const onNew = (kind: string, member: string): Rule => ({
  resource: (iam, input) => globalArn(iam, 'iam', `${kind}${input.Path ?? '/'}${input[member]}`),
  conditions: (_iam, input) => ({ ...tagConditions(input), 'iam:PermissionsBoundary': input.PermissionsBoundary }),
})

export const onPolicy: Rule = { resource: (_iam, input) => input.PolicyArn, conditions: (_iam, input) => tagConditions(input) }

export const onProfile: Rule = {
  resource: async (iam, input) => (await iam.tables.profiles.get(String(input.InstanceProfileName).toLowerCase()))?.arn
    ?? globalArn(iam, 'iam', `instance-profile/${input.InstanceProfileName}`),
}

/** Lists: AWS checks them on every resource of the kind. */
export const onAll = (kind: string): Rule => ({ resource: (iam, input) => globalArn(iam, 'iam', `${kind}${input.PathPrefix ?? '/'}`) })
