import { AwsError } from '../../platform/errors.ts'
import type { ResourceContext } from '../../platform/resource-type.ts'
import { tagsFromList, tagsToList, type Tags, userTags } from '../../platform/tags.ts'

/** A policy document in a template: an object, or its JSON. */
export type Document = string | object

export interface EntityProperties {
  Path?: string
  Policies?: { PolicyName: string, PolicyDocument: Document }[]
  ManagedPolicyArns?: string[]
  PermissionsBoundary?: string
  Tags?: { Key: string, Value: string }[]
}

export type Kind = 'Role' | 'User' | 'Group'

export const textOf = (document: Document): string => typeof document === 'string' ? document : JSON.stringify(document)

/** Does what is left to do of a deletion; a resource that is gone already is no error. */
export async function ifThere(work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (!(error instanceof AwsError && error.code === 'NoSuchEntityException')) throw error
  }
}

/** Operations of a role, a user or a group by one name: `call(resource, 'Put', 'Role', 'Policy', …)` is PutRolePolicy. */
export function call(resource: ResourceContext, verb: string, kind: Kind, rest: string, name: string, input: object = {}): Promise<any> {
  const operations = resource.aws.iam as unknown as Record<string, (input: object) => Promise<any>>
  return operations[`${verb}${kind}${rest}`]!({ [`${kind}Name`]: name, ...input })
}

/** Makes the inline, attached and bounding policies of an entity what its properties say. */
export async function syncPolicies(resource: ResourceContext, kind: Kind, name: string, wanted: EntityProperties, previous: EntityProperties): Promise<void> {
  const kept = new Set((wanted.Policies ?? []).map(policy => policy.PolicyName))
  for (const { PolicyName } of previous.Policies ?? []) {
    if (!kept.has(PolicyName)) await ifThere(() => call(resource, 'Delete', kind, 'Policy', name, { PolicyName }))
  }
  for (const { PolicyName, PolicyDocument } of wanted.Policies ?? []) {
    await call(resource, 'Put', kind, 'Policy', name, { PolicyName, PolicyDocument: textOf(PolicyDocument) })
  }
  const attached = new Set(wanted.ManagedPolicyArns ?? [])
  for (const PolicyArn of previous.ManagedPolicyArns ?? []) {
    if (!attached.has(PolicyArn)) await ifThere(() => call(resource, 'Detach', kind, 'Policy', name, { PolicyArn }))
  }
  for (const PolicyArn of attached) await call(resource, 'Attach', kind, 'Policy', name, { PolicyArn })
  const { PermissionsBoundary } = wanted
  if (PermissionsBoundary === previous.PermissionsBoundary || kind === 'Group') return
  if (PermissionsBoundary === undefined) await ifThere(() => call(resource, 'Delete', kind, 'PermissionsBoundary', name))
  else await call(resource, 'Put', kind, 'PermissionsBoundary', name, { PermissionsBoundary })
}

/** Tags of the stack and of the resource. IAM takes no `aws:` tags from callers, so those of CloudFormation are left out. */
export const tagList = (resource: ResourceContext, properties: EntityProperties) =>
  tagsToList(userTags({ ...resource.tags, ...tagsFromList(properties.Tags) }))

export async function syncTags(
  resource: ResourceContext, kind: 'Role' | 'User', name: string, wanted: EntityProperties, previous: EntityProperties
): Promise<void> {
  const tags = tagList(resource, wanted)
  const before: Tags = tagsFromList(previous.Tags)
  const gone = Object.keys(before).filter(key => !tags.some(tag => tag.Key === key))
  if (gone.length > 0) await call(resource, 'Untag', kind, '', name, { TagKeys: gone })
  if (tags.length > 0) await call(resource, 'Tag', kind, '', name, { Tags: tags })
}
