import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { allPages, asGiven } from '../../platform/standing.ts'
import { tagsFromList, userTags, type Tags } from '../../platform/tags.ts'

interface KeyProperties {
  Description?: string
  Enabled?: boolean | string
  EnableKeyRotation?: boolean | string
  RotationPeriodInDays?: number | string
  KeyPolicy?: object | string
  KeySpec?: string
  KeyUsage?: string
  Origin?: string
  MultiRegion?: boolean | string
  PendingWindowInDays?: number | string
  BypassPolicyLockoutSafetyCheck?: boolean | string
  Tags?: { Key: string, Value: string }[]
}

const isTrue = (value: unknown): boolean => String(value) === 'true'
const listOf = (tags: Tags) => Object.entries(userTags(tags)).map(([TagKey, TagValue]) => ({ TagKey, TagValue }))
const textOf = (policy: object | string): string => typeof policy === 'string' ? policy : JSON.stringify(policy)

const unlessGone = (error: Error): undefined => {
  if (error.name !== 'NotFoundException') throw error
}

/** Rotation and state, which CreateKey does not take; what is as it was is left alone. */
async function settle({ aws: { kms } }: ResourceContext, KeyId: string, properties: KeyProperties, previous: KeyProperties): Promise<void> {
  const [rotates, rotated] = [isTrue(properties.EnableKeyRotation), isTrue(previous.EnableKeyRotation)]
  const [enabled, before] = [isTrue(properties.Enabled ?? true), isTrue(previous.Enabled ?? true)]
  // Only an enabled key takes rotation: it is enabled first, and disabled last.
  if (enabled && !before) await kms.EnableKey({ KeyId })
  const period = properties.RotationPeriodInDays === undefined ? {} : { RotationPeriodInDays: Number(properties.RotationPeriodInDays) }
  if (rotates && (!rotated || properties.RotationPeriodInDays !== previous.RotationPeriodInDays)) await kms.EnableKeyRotation({ KeyId, ...period })
  if (!rotates && rotated) await kms.DisableKeyRotation({ KeyId })
  if (!enabled && before) await kms.DisableKey({ KeyId })
}

const attributesOf = async ({ aws: { kms } }: ResourceContext, KeyId: string) => {
  const { KeyMetadata } = await kms.DescribeKey({ KeyId })
  return { Arn: KeyMetadata!.Arn, KeyId: KeyMetadata!.KeyId }
}

const key: ResourceType<KeyProperties> = {
  properties: {
    Description: 'optional', Enabled: 'optional', EnableKeyRotation: 'optional', RotationPeriodInDays: 'optional', KeyPolicy: 'optional', KeySpec: 'optional',
    KeyUsage: 'optional', Origin: 'optional', MultiRegion: 'optional', PendingWindowInDays: 'optional', BypassPolicyLockoutSafetyCheck: 'optional',
    Tags: 'optional',
  },
  createOnly: ['KeySpec', 'KeyUsage', 'Origin', 'MultiRegion'],
  identifier: 'KeyId',
  async create(resource, properties) {
    const tags = listOf({ ...resource.tags, ...tagsFromList(properties.Tags) })
    const { KeyMetadata } = await resource.aws.kms.CreateKey({
      ...properties.Description !== undefined && { Description: properties.Description }, ...properties.KeyPolicy && { Policy: textOf(properties.KeyPolicy) },
      ...properties.KeySpec !== undefined && { KeySpec: properties.KeySpec as any },
      ...properties.KeyUsage !== undefined && { KeyUsage: properties.KeyUsage as any },
      ...properties.Origin !== undefined && { Origin: properties.Origin as any }, ...isTrue(properties.MultiRegion) && { MultiRegion: true },
      ...isTrue(properties.BypassPolicyLockoutSafetyCheck) && { BypassPolicyLockoutSafetyCheck: true }, ...tags.length > 0 && { Tags: tags },
    })
    const id = KeyMetadata!.KeyId!
    await settle(resource, id, properties, {})
    return { id, attributes: { Arn: KeyMetadata!.Arn, KeyId: id } }
  },
  async update(resource, KeyId, properties, previous) {
    const { kms } = resource.aws
    if (properties.Description !== previous.Description) await kms.UpdateKeyDescription({ KeyId, Description: properties.Description ?? '' })
    if (properties.KeyPolicy && textOf(properties.KeyPolicy) !== textOf(previous.KeyPolicy ?? '')) {
      const BypassPolicyLockoutSafetyCheck = isTrue(properties.BypassPolicyLockoutSafetyCheck)
      await kms.PutKeyPolicy({ KeyId, Policy: textOf(properties.KeyPolicy), BypassPolicyLockoutSafetyCheck })
    }
    await settle(resource, KeyId, properties, previous)
    const tags = tagsFromList(properties.Tags)
    const TagKeys = Object.keys(tagsFromList(previous.Tags)).filter(name => !(name in tags))
    if (TagKeys.length > 0) await kms.UntagResource({ KeyId, TagKeys })
    if (Object.keys(tags).length > 0) await kms.TagResource({ KeyId, Tags: listOf(tags) })
    return { id: KeyId }
  },
  async delete({ aws }, KeyId, { PendingWindowInDays: days }) {
    await aws.kms.ScheduleKeyDeletion({ KeyId, ...days !== undefined && { PendingWindowInDays: Number(days) } }).catch((error: Error) => {
      if (error.name !== 'NotFoundException' && !/is pending deletion/.test(error.message)) throw error
    })
  },
  tags: async ({ aws: { kms } }, KeyId) => Object.fromEntries((await kms.ListResourceTags({ KeyId })).Tags!.map(tag => [tag.TagKey!, tag.TagValue!])),
  async read({ aws: { kms } }, KeyId) {
    const found = await kms.DescribeKey({ KeyId }).catch(unlessGone)
    const { Description, KeySpec, KeyUsage, KeyState, Origin, MultiRegion } = found?.KeyMetadata ?? {}
    if (!found || KeyState === 'PendingDeletion') return undefined
    const rotation = KeySpec === 'SYMMETRIC_DEFAULT' ? await kms.GetKeyRotationStatus({ KeyId }) : undefined
    return {
      Description: Description || undefined, KeySpec: KeySpec!, KeyUsage: KeyUsage!, Enabled: KeyState === 'Enabled', Origin: Origin!,
      MultiRegion: MultiRegion!,
      KeyPolicy: JSON.parse((await kms.GetKeyPolicy({ KeyId })).Policy!), EnableKeyRotation: rotation?.KeyRotationEnabled ?? false,
      // The period is told while the key is rotated.
      ...rotation?.KeyRotationEnabled && { RotationPeriodInDays: rotation.RotationPeriodInDays! },
    }
  },
  attributes: attributesOf,
  list: ({ aws: { kms } }) => allPages(async Marker => {
    const page = await kms.ListKeys({ ...Marker !== undefined && { Marker } })
    return { items: page.Keys!.map(({ KeyId }) => KeyId!), next: page.NextMarker }
  }),
}

interface AliasProperties { AliasName: string, TargetKeyId: string }

const alias: ResourceType<AliasProperties> = {
  properties: { AliasName: 'required', TargetKeyId: 'required' },
  createOnly: ['AliasName'],
  identifier: 'AliasName',
  async create({ aws }, { AliasName, TargetKeyId }) {
    await aws.kms.CreateAlias({ AliasName, TargetKeyId })
    return { id: AliasName, attributes: { AliasName } }
  },
  async update({ aws }, AliasName, { TargetKeyId }) {
    await aws.kms.UpdateAlias({ AliasName, TargetKeyId })
    return { id: AliasName }
  },
  async delete({ aws }, AliasName) {
    await aws.kms.DeleteAlias({ AliasName }).catch(unlessGone)
  },
  async read(resource, AliasName, known) {
    const found = (await aliasesOf(resource)).find(one => one.AliasName === AliasName)
    // KMS answers the key's id where it was given its ARN.
    return found && { AliasName, TargetKeyId: asGiven(found.TargetKeyId!, known.TargetKeyId, given => String(given).split('/').at(-1)) }
  },
  attributes: async (_, AliasName) => ({ AliasName }),
  list: async resource => (await aliasesOf(resource)).map(({ AliasName }) => AliasName!),
}

const aliasesOf = ({ aws: { kms } }: ResourceContext) => allPages(async Marker => {
  const page = await kms.ListAliases({ ...Marker !== undefined && { Marker } })
  return { items: page.Aliases!.filter(({ AliasName }) => !AliasName!.startsWith('alias/aws/')), next: page.NextMarker }
})

/** Refused by name: a key lives in one region. */
const replicaKey: ResourceType = {
  properties: {
    PrimaryKeyArn: 'required', KeyPolicy: 'required', Description: 'optional', Enabled: 'optional', PendingWindowInDays: 'optional', Tags: 'optional',
  },
  async create() {
    throw new Error('AWS::KMS::ReplicaKey is not supported by Fogbank: its keys live in one region.')
  },
  async delete() {},
}

export const resourceTypes: Record<string, ResourceType<any>> = { 'AWS::KMS::Key': key, 'AWS::KMS::Alias': alias, 'AWS::KMS::ReplicaKey': replicaKey }
