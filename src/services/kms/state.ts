import type { KMS as Client, GrantConstraints, GrantOperation, KeySpec, KeyUsageType } from '@aws-sdk/client-kms'
import type { Operations } from '../../contracts/aws.ts'
import { arn } from '../../platform/arns.ts'
import { awsError } from '../../platform/errors.ts'
import type { Scope } from '../../platform/service.ts'
import { table } from '../../platform/tables.ts'
import type { Tags } from '../../platform/tags.ts'

export type Api = Operations<Client>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Awaited<ReturnType<Api[Name]>>

export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingImport'

/** One generation of a key: a rotation adds one, and what an older one encrypted still opens. */
export interface Material {
  /** 64 hexadecimal digits. */
  id: string
  /** Sealed under the cloud's key; absent where imported material was deleted or has expired. Of an asymmetric key: the private key, PKCS#8. */
  sealed?: Uint8Array
  sinceMs: number
  rotation?: 'AUTOMATIC' | 'ON_DEMAND'
}

export interface KeyRow {
  id: string
  arn: string
  description: string
  spec: KeySpec
  usage: KeyUsageType
  origin: 'AWS_KMS' | 'EXTERNAL'
  manager: 'CUSTOMER' | 'AWS'
  state: KeyState
  createdMs: number
  deletionMs?: number
  deletionDays?: number
  /** JSON, as it was given. */
  policy: string
  tags: Tags
  /** The last one is current. None: material is still to be imported. */
  materials: Material[]
  /** Of an asymmetric key: SubjectPublicKeyInfo, DER. */
  publicKey?: Uint8Array
  rotation?: { periodDays: number, nextMs: number }
  expiration?: { model: 'KEY_MATERIAL_EXPIRES' | 'KEY_MATERIAL_DOES_NOT_EXPIRE', validToMs?: number }
}

export interface AliasRow { name: string, keyId: string, createdMs: number, updatedMs: number }

export interface GrantRow {
  keyId: string
  id: string
  name?: string
  grantee: string
  retiring?: string
  operations: GrantOperation[]
  constraints?: GrantConstraints
  /** Of the account that granted. */
  issuer: string
  createdMs: number
}

export const tables = {
  keys: table<KeyRow>()({ name: 'keys', key: row => [row.id] }),
  aliases: table<AliasRow>()({ name: 'aliases', key: row => [row.name] }),
  grants: table<GrantRow>()({ name: 'grants', key: row => [row.keyId, row.id] }),
}

export type Kms = Scope<typeof tables, undefined>

export const dayMs = 86_400_000
export const deletionDaysDefault = 30
export const rotationDaysDefault = 365
export const onDemandRotationsMax = 25
export const grantsPerKeyMax = 50_000
export const importLifeMs = dayMs

export const AlreadyExistsException = awsError('AlreadyExistsException')
export const ConflictException = awsError('ConflictException')
export const DisabledException = awsError('DisabledException')
export const DryRunOperationException = awsError('DryRunOperationException')
export const ExpiredImportTokenException = awsError('ExpiredImportTokenException')
export const IncorrectKeyException = awsError('IncorrectKeyException')
export const IncorrectKeyMaterialException = awsError('IncorrectKeyMaterialException')
export const InvalidArnException = awsError('InvalidArnException')
export const InvalidCiphertextException = awsError('InvalidCiphertextException')
export const InvalidGrantIdException = awsError('InvalidGrantIdException')
export const InvalidGrantTokenException = awsError('InvalidGrantTokenException')
export const InvalidImportTokenException = awsError('InvalidImportTokenException')
export const InvalidKeyUsageException = awsError('InvalidKeyUsageException')
export const InvalidMarkerException = awsError('InvalidMarkerException')
export const KMSInvalidMacException = awsError('KMSInvalidMacException')
export const KMSInvalidSignatureException = awsError('KMSInvalidSignatureException')
export const KMSInvalidStateException = awsError('KMSInvalidStateException')
export const LimitExceededException = awsError('LimitExceededException')
export const MalformedPolicyDocumentException = awsError('MalformedPolicyDocumentException')
export const NotAuthorizedException = awsError('NotAuthorizedException')
export const NotFoundException = awsError('NotFoundException')
export const TagException = awsError('TagException')
export const UnsupportedOperationException = awsError('UnsupportedOperationException')
export const ValidationException = awsError('ValidationException')
export const AccessDeniedException = awsError('AccessDeniedException')

type Place = Pick<Kms, 'partition' | 'region' | 'account'>

export const keyArn = (place: Place, id: string): string => arn(place, 'kms', `key/${id}`)
export const aliasArn = (place: Place, name: string): string => arn(place, 'kms', name)
