import { newUuid } from '../../platform/ids.ts'
import type { ResourceContext, ResourceType } from '../../platform/resource-type.ts'
import { tagsFromList, tagsToList, userTags } from '../../platform/tags.ts'
import { allPages } from '../../platform/standing.ts'

type TagList = { Key: string, Value: string }[]

interface SecretProperties {
  Name?: string
  Description?: string
  KmsKeyId?: string
  SecretString?: string
  GenerateSecretString?: GenerateSecretString
  Tags?: TagList
}

interface GenerateSecretString {
  PasswordLength?: number | string
  ExcludeCharacters?: string
  ExcludeNumbers?: boolean | string
  ExcludePunctuation?: boolean | string
  ExcludeUppercase?: boolean | string
  ExcludeLowercase?: boolean | string
  IncludeSpace?: boolean | string
  RequireEachIncludedType?: boolean | string
  SecretStringTemplate?: string
  GenerateStringKey?: string
}

const flags = ['ExcludeNumbers', 'ExcludePunctuation', 'ExcludeUppercase', 'ExcludeLowercase', 'IncludeSpace', 'RequireEachIncludedType'] as const

/** Only where the secret is gone already does it pass. */
const unlessGone = (error: Error): undefined => {
  if (error.name !== 'ResourceNotFoundException') throw error
}

async function generated({ aws }: ResourceContext, wanted: GenerateSecretString): Promise<string> {
  const { SecretStringTemplate: template, GenerateStringKey: key } = wanted
  if ((template === undefined) !== (key === undefined)) throw new Error('SecretStringTemplate and GenerateStringKey must be given together.')
  const { RandomPassword } = await aws.secretsmanager.GetRandomPassword({
    ...wanted.PasswordLength !== undefined && { PasswordLength: Number(wanted.PasswordLength) },
    ...wanted.ExcludeCharacters !== undefined && { ExcludeCharacters: wanted.ExcludeCharacters },
    ...Object.fromEntries(flags.flatMap(name => wanted[name] === undefined ? [] : [[name, String(wanted[name]) === 'true']])),
  })
  if (template === undefined) return RandomPassword!
  let object: unknown
  try {
    object = JSON.parse(template)
  } catch {
    throw new Error('SecretStringTemplate is no JSON.')
  }
  if (typeof object !== 'object' || object === null || Array.isArray(object)) throw new Error('SecretStringTemplate is no JSON object.')
  return JSON.stringify({ ...object, [key!]: RandomPassword })
}

async function valueFor(resource: ResourceContext, { SecretString, GenerateSecretString }: SecretProperties): Promise<{ SecretString?: string }> {
  if (SecretString !== undefined && GenerateSecretString !== undefined) throw new Error("You can't specify both SecretString and GenerateSecretString.")
  if (GenerateSecretString !== undefined) return { SecretString: await generated(resource, GenerateSecretString) }
  return SecretString === undefined ? {} : { SecretString }
}

const secret: ResourceType<SecretProperties> = {
  properties: { Name: 'optional', Description: 'optional', KmsKeyId: 'optional', SecretString: 'optional', GenerateSecretString: 'optional', Tags: 'optional' },
  createOnly: ['Name'],
  identifier: 'Id',
  async create(resource, properties) {
    const Tags = tagsToList(userTags({ ...resource.tags, ...tagsFromList(properties.Tags) }))
    const { ARN } = await resource.aws.secretsmanager.CreateSecret({
      Name: properties.Name ?? resource.generatedName(200), ClientRequestToken: newUuid(), ...await valueFor(resource, properties),
      ...properties.Description !== undefined && { Description: properties.Description },
      ...properties.KmsKeyId !== undefined && { KmsKeyId: properties.KmsKeyId }, ...Tags.length > 0 && { Tags },
    })
    return { id: ARN!, attributes: { Id: ARN } }
  },
  async update(resource, id, properties, previous) {
    const { secretsmanager } = resource.aws
    // A value is generated anew only where the rules for it have changed.
    const generates = JSON.stringify(properties.GenerateSecretString) !== JSON.stringify(previous.GenerateSecretString)
    const value = generates || properties.SecretString !== previous.SecretString ? await valueFor(resource, properties) : {}
    const described = properties.Description !== previous.Description ? { Description: properties.Description ?? '' } : {}
    const keyed = properties.KmsKeyId !== previous.KmsKeyId ? { KmsKeyId: properties.KmsKeyId ?? 'alias/aws/secretsmanager' } : {}
    await secretsmanager.UpdateSecret({ SecretId: id, ClientRequestToken: newUuid(), ...described, ...keyed, ...value })
    const tags = tagsFromList(properties.Tags)
    const TagKeys = Object.keys(tagsFromList(previous.Tags)).filter(key => !(key in tags))
    if (TagKeys.length > 0) await secretsmanager.UntagResource({ SecretId: id, TagKeys })
    if (Object.keys(tags).length > 0) await secretsmanager.TagResource({ SecretId: id, Tags: tagsToList(tags) })
    return { id, attributes: { Id: id } }
  },
  async delete({ aws }, id) {
    // CloudFormation leaves no recovery window: the stack could not be made again under the same name.
    await aws.secretsmanager.DeleteSecret({ SecretId: id, ForceDeleteWithoutRecovery: true }).catch(unlessGone)
  },
  tags: async ({ aws }, SecretId) => tagsFromList((await aws.secretsmanager.DescribeSecret({ SecretId })).Tags),
  async read({ aws }, id) {
    const found = await aws.secretsmanager.DescribeSecret({ SecretId: id }).catch(unlessGone)
    if (!found || found.DeletedDate) return undefined
    return { Name: found.Name!, Description: found.Description, KmsKeyId: found.KmsKeyId, Tags: tagsToList(userTags(tagsFromList(found.Tags))) }
  },
  attributes: async (_, id) => ({ Id: id }),
  list: ({ aws }) => allPages(async NextToken => {
    const page = await aws.secretsmanager.ListSecrets({ ...NextToken !== undefined && { NextToken } })
    return { items: page.SecretList?.map(({ ARN }) => ARN!), next: page.NextToken }
  }),
}

interface PolicyProperties { SecretId: string, ResourcePolicy: object, BlockPublicPolicy?: boolean | string }

async function putPolicy({ aws }: ResourceContext, { SecretId, ResourcePolicy, BlockPublicPolicy }: PolicyProperties) {
  const { ARN } = await aws.secretsmanager.PutResourcePolicy({
    SecretId, ResourcePolicy: typeof ResourcePolicy === 'string' ? ResourcePolicy : JSON.stringify(ResourcePolicy),
    ...BlockPublicPolicy !== undefined && { BlockPublicPolicy: String(BlockPublicPolicy) === 'true' },
  })
  return { id: ARN!, attributes: { Id: ARN } }
}

const resourcePolicy: ResourceType<PolicyProperties> = {
  properties: { SecretId: 'required', ResourcePolicy: 'required', BlockPublicPolicy: 'optional' },
  createOnly: ['SecretId'],
  identifier: 'Id',
  create: putPolicy,
  update: (resource, _, properties) => putPolicy(resource, properties),
  async delete({ aws }, id) {
    await aws.secretsmanager.DeleteResourcePolicy({ SecretId: id }).catch(unlessGone)
  },
  async read({ aws }, id) {
    const found = await aws.secretsmanager.GetResourcePolicy({ SecretId: id }).catch(unlessGone)
    return found?.ResourcePolicy === undefined ? undefined : { SecretId: id, ResourcePolicy: JSON.parse(found.ResourcePolicy) }
  },
  attributes: async (_, id) => ({ Id: id }),
}

interface ScheduleProperties {
  SecretId: string
  RotationLambdaARN?: string
  RotationRules?: { AutomaticallyAfterDays?: number | string, Duration?: string, ScheduleExpression?: string }
  RotateImmediatelyOnUpdate?: boolean | string
}

async function rotate({ aws }: ResourceContext, properties: ScheduleProperties, immediately: boolean) {
  const { SecretId, RotationLambdaARN, RotationRules: rules } = properties
  if (RotationLambdaARN === undefined) throw new Error('RotationLambdaARN is required: Fogbank has no rotation that is hosted or managed.')
  const { ARN } = await aws.secretsmanager.RotateSecret({
    SecretId, RotationLambdaARN, ClientRequestToken: newUuid(), RotateImmediately: immediately,
    ...rules && {
      RotationRules: { ...rules, AutomaticallyAfterDays: rules.AutomaticallyAfterDays === undefined ? undefined : Number(rules.AutomaticallyAfterDays) },
    },
  })
  return { id: ARN!, attributes: { Id: ARN } }
}

const rotationSchedule: ResourceType<ScheduleProperties> = {
  properties: { SecretId: 'required', RotationLambdaARN: 'optional', RotationRules: 'optional', RotateImmediatelyOnUpdate: 'optional' },
  createOnly: ['SecretId'],
  identifier: 'Id',
  // The first rotation follows at once, also on AWS, unless RotateImmediatelyOnUpdate says no.
  create: (resource, properties) => rotate(resource, properties, String(properties.RotateImmediatelyOnUpdate ?? true) === 'true'),
  update: (resource, _, properties) => rotate(resource, properties, String(properties.RotateImmediatelyOnUpdate ?? true) === 'true'),
  async delete({ aws }, id) {
    await aws.secretsmanager.CancelRotateSecret({ SecretId: id }).catch(unlessGone)
  },
  async read({ aws }, id) {
    const found = await aws.secretsmanager.DescribeSecret({ SecretId: id }).catch(unlessGone)
    if (!found?.RotationEnabled) return undefined
    return { SecretId: id, RotationLambdaARN: found.RotationLambdaARN!, RotationRules: found.RotationRules as ScheduleProperties['RotationRules'] }
  },
  attributes: async (_, id) => ({ Id: id }),
}

/** Refused by name: it writes what a database service knows of its databases, and none of those stands here. */
const targetAttachment: ResourceType = {
  properties: { SecretId: 'required', TargetId: 'required', TargetType: 'required' },
  async create(_, { TargetType }) {
    const why = `it has no ${TargetType} whose address it could write into the secret`
    throw new Error(`AWS::SecretsManager::SecretTargetAttachment is not supported by Fogbank: ${why}.`)
  },
  async delete() {},
}

export const resourceTypes: Record<string, ResourceType<any>> = {
  'AWS::SecretsManager::Secret': secret,
  'AWS::SecretsManager::ResourcePolicy': resourcePolicy,
  'AWS::SecretsManager::RotationSchedule': rotationSchedule,
  'AWS::SecretsManager::SecretTargetAttachment': targetAttachment,
}
