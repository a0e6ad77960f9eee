import type { Table } from '../../platform/tables.ts'
import { tagProblem, tagsFromList, type Tags } from '../../platform/tags.ts'
import { globalArn } from '../../platform/arns.ts'
import { newIamSuffix } from '../../platform/ids.ts'
import {
  EntityAlreadyExists, InvalidInput, NoSuchEntity, ValidationError,
  type EntityKind, type EntityRow, type GroupRow, type Iam, type ProfileRow, type RoleRow, type UserRow,
} from './state.ts'

interface Rows { role: RoleRow, user: UserRow, group: GroupRow }

const prefixes = { role: 'AROA', user: 'AIDA', group: 'AGPA', policy: 'ANPA', 'instance-profile': 'AIPA' }

export function tableOf<Kind extends EntityKind>(iam: Iam, kind: Kind): Table<Rows[Kind], readonly [string]> {
  const { roles, users, groups } = iam.tables
  return { role: roles, user: users, group: groups }[kind] as unknown as Table<Rows[Kind], readonly [string]>
}

/** The role, user or group of the name; throws NoSuchEntity. */
export async function entity<Kind extends EntityKind>(iam: Iam, kind: Kind, name: string | undefined): Promise<Rows[Kind]> {
  const row = name === undefined ? undefined : await tableOf(iam, kind).get(name.toLowerCase())
  if (!row) throw new NoSuchEntity(`The ${kind} with name ${name} cannot be found.`)
  return row
}

/** The base of a new role, user, group, policy or instance profile; throws where the name is bad. */
export function newEntity(
  iam: Iam, kind: keyof typeof prefixes, name: string | undefined, given: { Path?: string | undefined, Tags?: TagList | undefined }
): EntityRow {
  checkName(kind === 'instance-profile' ? 'instanceProfileName' : `${kind}Name`, name, kind === 'role' || kind === 'user' ? 64 : 128)
  const path = given.Path ?? '/'
  if (!/^(\/|\/[!-~]+\/)$/.test(path) || path.length > 512) {
    throw new ValidationError(
      'The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.'
    )
  }
  return {
    name, path, id: prefixes[kind] + newIamSuffix(), arn: globalArn(iam, 'iam', `${kind}${path}${name}`), createdAt: iam.now(),
    tags: checkedTags(given.Tags), inline: {}, attached: [],
  }
}

export async function refuseExisting(iam: Iam, kind: EntityKind, name: string): Promise<void> {
  if (await tableOf(iam, kind).get(name.toLowerCase())) {
    throw new EntityAlreadyExists(`${kind[0]!.toUpperCase()}${kind.slice(1)} with name ${name} already exists.`)
  }
}

export function checkName(member: string, name: string | undefined, lengthMax: number): asserts name is string {
  if (name === undefined || !/^[\w+=,.@-]+$/.test(name)) {
    throw new ValidationError(`The specified value for ${member} is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-`)
  }
  if (name.length > lengthMax) {
    throw new ValidationError(
      `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${lengthMax}`
    )
  }
}

export type TagList = readonly { Key?: string | undefined, Value?: string | undefined }[]

export function checkedTags(list: TagList | undefined, existing: Tags = {}): Tags {
  const keys = (list ?? []).map(tag => tag.Key?.toLowerCase())
  if (new Set(keys).size < keys.length) throw new InvalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  const tags = tagsFromList(list)
  const problem = tagProblem(tags, existing)
  if (problem) throw new InvalidInput(problem)
  return withTags(existing, tags)
}

/** Keys of IAM's tags are compared without regard to case: a new one takes the place of the old. */
function withTags(existing: Tags, more: Tags): Tags {
  const replaced = new Set(Object.keys(more).map(key => key.toLowerCase()))
  return { ...Object.fromEntries(Object.entries(existing).filter(([key]) => !replaced.has(key.toLowerCase()))), ...more }
}

export function withoutTags(tags: Tags, keys: readonly string[] = []): Tags {
  const gone = new Set(keys.map(key => key.toLowerCase()))
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !gone.has(key.toLowerCase())))
}

export async function profile(iam: Iam, name: string | undefined): Promise<ProfileRow> {
  const row = name === undefined ? undefined : await iam.tables.profiles.get(name.toLowerCase())
  if (!row) throw new NoSuchEntity(`Instance Profile ${name} cannot be found.`)
  return row
}
