import type { SecretsManager as Client } from '@aws-sdk/client-secrets-manager'
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

export interface SecretRow {
  name: string
  /** With the six random characters: another creation of the name is another secret. */
  arn: string
  description?: string
  /** As it was given: id, alias or ARN. Absent: the default key. */
  kmsKeyId?: string
  tags: Tags
  /** As it was given, JSON. */
  policy?: string
  rotation?: Rotation
  createdMs: number
  changedMs: number
  /** Midnight of the day of the last GetSecretValue. */
  accessedMs?: number
  /** When it is deleted for good; absent where it is not marked for deletion. */
  deletionMs?: number
}

export interface RotationRules { AutomaticallyAfterDays?: number, Duration?: string, ScheduleExpression?: string }

export interface Rotation {
  enabled: boolean
  lambdaArn: string
  rules?: RotationRules
  lastMs?: number
  /** The next window: a rotation begins when it opens. */
  nextMs?: number
  nextEndMs?: number
}

export interface VersionRow {
  secret: string
  id: string
  stages: string[]
  createdMs: number
  accessedMs?: number
  /** Absent: a rotation has begun and has not brought the value yet. */
  value?: Sealed
  kind?: 'string' | 'binary'
}

export const tables = {
  secrets: table<SecretRow>()({ name: 'secrets', key: row => [row.name] }),
  versions: table<VersionRow>()({ name: 'versions', key: row => [row.secret, row.id] }),
}

export type SecretsManager = Scope<typeof tables, undefined>

export const recoveryDaysDefault = 30
export const versionsMax = 100
export const stagesPerVersionMax = 20
export const dayMs = 86_400_000
export const hourMs = 3_600_000
export const defaultKeyAlias = 'alias/aws/secretsmanager'

export const DecryptionFailure = awsError('DecryptionFailure')
export const EncryptionFailure = awsError('EncryptionFailure')
export const InvalidNextTokenException = awsError('InvalidNextTokenException')
export const InvalidParameterException = awsError('InvalidParameterException')
export const InvalidRequestException = awsError('InvalidRequestException')
export const LimitExceededException = awsError('LimitExceededException')
export const MalformedPolicyDocumentException = awsError('MalformedPolicyDocumentException')
export const PublicPolicyException = awsError('PublicPolicyException')
export const ResourceExistsException = awsError('ResourceExistsException')
export const ResourceNotFoundException = awsError('ResourceNotFoundException')
export const ValidationException = awsError('ValidationException')
export const AccessDeniedException = awsError('AccessDeniedException')

type Place = Pick<SecretsManager, 'partition' | 'region' | 'account'>

export const secretArn = (place: Place, nameAndSuffix: string): string => arn(place, 'secretsmanager', `secret:${nameAndSuffix}`)
