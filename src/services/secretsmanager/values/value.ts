import { openSealed, sealUnder, type Sealed } from '../../../platform/envelope.ts'
import { AwsError } from '../../../platform/errors.ts'
import {
  AccessDeniedException, DecryptionFailure, defaultKeyAlias, EncryptionFailure, InvalidParameterException, InvalidRequestException, LimitExceededException,
  ResourceExistsException, dayMs, versionsMax, type SecretRow, type SecretsManager, type VersionRow,
} from '../state.ts'
import { versionsOf, withStage } from '../secrets/secret.ts'

export interface Value { SecretString?: string | undefined, SecretBinary?: Uint8Array | undefined }

const bytesMax = 65_536

export function checkValue({ SecretString, SecretBinary }: Value, required: boolean): void {
  if (SecretString !== undefined && SecretBinary !== undefined) throw new InvalidParameterException("You can't specify both SecretString and SecretBinary.")
  if (required && SecretString === undefined && SecretBinary === undefined) {
    throw new InvalidRequestException('You must provide either SecretString or SecretBinary.')
  }
  // The model's bound counts characters, AWS's limit bytes.
  if (SecretString !== undefined && Buffer.byteLength(SecretString) > bytesMax) {
    throw new InvalidParameterException('The secret value exceeds the maximum size of 65536 bytes.')
  }
}

export function checkToken(token: string | undefined): asserts token is string {
  if (!token) throw new InvalidRequestException('You must provide a ClientRequestToken value. We recommend a UUID-type value.')
}

/** The key with which a secret's values are sealed; undefined: the cloud's own, which stands for aws/secretsmanager. */
const keyOf = ({ kmsKeyId }: SecretRow): string | undefined => kmsKeyId === undefined || kmsKeyId.endsWith(defaultKeyAlias) ? undefined : kmsKeyId

const sealedFor = (row: SecretRow, versionId: string) => ({ purpose: 'secretsmanager.values', context: { SecretARN: row.arn, SecretVersionId: versionId } })

/** Seals a value with the secret's key, as the caller. Throws EncryptionFailure, AccessDeniedException. */
export async function sealValue(at: SecretsManager, row: SecretRow, versionId: string, value: Value): Promise<Pick<VersionRow, 'value' | 'kind'>> {
  const bytes = value.SecretBinary ?? value.SecretString!
  const sealed: Sealed = await sealUnder(at, sealedFor(row, versionId), keyOf(row), bytes).catch(error => {
    throw keyError(error, EncryptionFailure, "Secrets Manager can't encrypt the protected secret text using the provided KMS key.")
  })
  return { value: sealed, kind: value.SecretBinary ? 'binary' : 'string' }
}

/** The value of a version that has one. Throws DecryptionFailure, AccessDeniedException. */
export async function openValue(at: SecretsManager, row: SecretRow, version: VersionRow): Promise<Value> {
  const bytes = await openSealed(at, sealedFor(row, version.id), version.value!).catch(error => {
    throw keyError(error, DecryptionFailure, "Secrets Manager can't decrypt the protected secret text using the provided KMS key.")
  })
  return version.kind === 'binary' ? { SecretBinary: new Uint8Array(bytes) } : { SecretString: bytes.toString() }
}

function keyError(error: unknown, Failure: typeof EncryptionFailure, words: string): unknown {
  if (!(error instanceof AwsError) || error.code === 'NotImplemented') return error
  if (error.code === 'AccessDeniedException') return new AccessDeniedException('Access to KMS is not allowed')
  return new Failure(`${words} ${error.message}`)
}

/**
 * Adds a version, or brings the value of one that a rotation has begun, and moves the labels to it. A token that was used for the same value is no
 * error and changes nothing: the result is false. Throws ResourceExistsException where it was used for another.
 */
export async function addVersion(at: SecretsManager, row: SecretRow, id: string, value: Value, labels: readonly string[]): Promise<boolean> {
  const versions = await versionsOf(at, row)
  const known = versions.find(version => version.id === id)
  if (known?.value) {
    if (sameValue(await openValue(at, row, known), value)) return false
    throw new ResourceExistsException(`You can't use ClientRequestToken ${id} because that value is already in use for a version of secret ${row.arn}.`)
  }
  // The first version is the current one, whichever labels it is given.
  const wanted = versions.some(version => version.stages.includes('AWSCURRENT')) ? labels : [...new Set(['AWSCURRENT', ...labels])]
  const version: VersionRow = { secret: row.arn, id, stages: known?.stages ?? [], createdMs: at.now(), ...await sealValue(at, row, id, value) }
  await moveLabels(at, [...versions.filter(one => one.id !== id), version], version, wanted)
  await dropOldest(at, versions)
  return true
}

/** Moves labels to a version; where AWSCURRENT moves, the version that had it is AWSPREVIOUS. Writes every version that changes. */
export async function moveLabels(at: SecretsManager, versions: readonly VersionRow[], to: VersionRow, labels: readonly string[]): Promise<void> {
  const previous = labels.includes('AWSCURRENT') ? withStage(versions, 'AWSCURRENT') : undefined
  const isNewPrevious = previous !== undefined && previous.id !== to.id
  for (const version of versions) {
    const kept = version.stages.filter(stage => !labels.includes(stage) && !(isNewPrevious && stage === 'AWSPREVIOUS'))
    const stages = version.id === to.id ? [...kept, ...labels] : isNewPrevious && version.id === previous.id ? [...kept, 'AWSPREVIOUS'] : kept
    if (version.id === to.id || stages.join() !== version.stages.join()) await at.tables.versions.put({ ...version, stages })
  }
}

/** The versions without labels go, the oldest first, when there are more than a hundred; those of the last day stay. */
async function dropOldest(at: SecretsManager, versions: readonly VersionRow[]): Promise<void> {
  if (versions.length < versionsMax) return
  const old = versions.filter(({ stages, createdMs }) => stages.length === 0 && createdMs <= at.now() - dayMs).sort((a, b) => a.createdMs - b.createdMs)
  if (old.length === 0) throw new LimitExceededException(`You can't create more than ${versionsMax} versions of a secret within 24 hours.`)
  for (const { secret, id } of old.slice(0, versions.length + 1 - versionsMax)) await at.tables.versions.delete(secret, id)
}

const sameValue = (a: Value, b: Value): boolean => a.SecretBinary
  ? b.SecretBinary !== undefined && Buffer.compare(a.SecretBinary, b.SecretBinary) === 0
  : a.SecretString === b.SecretString
