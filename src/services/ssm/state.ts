import type { SSM as Client } from '@aws-sdk/client-ssm'
import type { Operations } from '../../contracts/aws.ts'
import { arn } from '../../platform/arns.ts'
import type { Sealed } from '../../platform/envelope.ts'
import { awsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

export type Api = Operations<Client>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Awaited<ReturnType<Api[Name]>>

export type ParameterType = 'String' | 'StringList' | 'SecureString'
export type ParameterTier = 'Standard' | 'Advanced'

export interface ParameterRow { name: string, version: number, tags: Tags }

export interface VersionRow {
  name: string
  version: number
  type: ParameterType
  tier: ParameterTier
  dataType: string
  /** Of a SecureString: sealed, in base64. */
  value: string
  /** Of a SecureString under a key of KMS: which one, and of an advanced parameter the data key. */
  sealed?: Partial<Sealed>
  description?: string
  allowedPattern?: string
  keyId?: string
  labels: string[]
  modifiedMs: number
  modifiedBy: string
}

export const tables = {
  parameters: table<ParameterRow>()({ name: 'parameters', key: row => [row.name] }),
  versions: table<VersionRow>()({ name: 'versions', key: row => [row.name, row.version] }),
  /** The key with which an earlier build sealed secure strings: one for each account and region. */
  keys: table<{ id: 'secure-strings', key: string }>()({ name: 'keys', key: row => [row.id] }),
}

export type Ssm = Scope<typeof tables, undefined>

export const versionsMax = 100
export const levelsMax = 15
export const valueBytesMax: Record<ParameterTier, number> = { Standard: 4096, Advanced: 8192 }
export const labelsPerVersionMax = 10
export const defaultKeyId = 'alias/aws/ssm'

export const ParameterNotFound = awsError('ParameterNotFound')
export const ParameterVersionNotFound = awsError('ParameterVersionNotFound')
export const ParameterAlreadyExists = awsError('ParameterAlreadyExists')
export const ParameterPatternMismatchException = awsError('ParameterPatternMismatchException')
export const ParameterMaxVersionLimitExceeded = awsError('ParameterMaxVersionLimitExceeded')
export const HierarchyLevelLimitExceededException = awsError('HierarchyLevelLimitExceededException')
export const HierarchyTypeMismatchException = awsError('HierarchyTypeMismatchException')
export const InvalidAllowedPatternException = awsError('InvalidAllowedPatternException')
export const InvalidKeyId = awsError('InvalidKeyId')
export const InvalidNextToken = awsError('InvalidNextToken')
export const InvalidFilterKey = awsError('InvalidFilterKey')
export const InvalidFilterOption = awsError('InvalidFilterOption')
export const InvalidResourceId = awsError('InvalidResourceId')
export const InvalidResourceType = awsError('InvalidResourceType')
export const UnsupportedParameterType = awsError('UnsupportedParameterType')
export const ValidationException = awsError('ValidationException')

/** `parameter/a/b` of `/a/b`, `parameter/a` of `a`. */
export const parameterArn = (
  ssm: Pick<Ssm, 'partition' | 'region' | 'account'>, name: string
): string => arn(ssm, 'ssm', `parameter/${name.replace(/^\//, '')}`)
