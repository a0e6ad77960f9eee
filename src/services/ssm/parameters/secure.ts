import { createDecipheriv } from 'node:crypto'
import { openSealed, sealUnder, type Sealed } from '../../../platform/envelope.ts'
import { AccessDeniedException, AwsError } from '../../../platform/errors.ts'
import { seal, unseal } from '../../../platform/sealing.ts'
import { defaultKeyId, InvalidKeyId, parameterArn, type Ssm, type VersionRow } from '../state.ts'

const purpose = 'ssm.parameters'
const prefix = 'v2.'

type Secure = Pick<VersionRow, 'name' | 'tier'>

const contextOf = (ssm: Ssm, { name }: Secure) => ({ PARAMETER_ARN: parameterArn(ssm, name) })
const isOwn = (ssm: Ssm, keyId: string): boolean => keyId === defaultKeyId || keyId === `arn:${ssm.partition}:kms:${ssm.region}:${ssm.account}:${defaultKeyId}`

/**
 * Seals a secure string, as the caller: with a key of KMS by kms:Encrypt, or by a data key of its own where the parameter is an advanced one. With
 * alias/aws/ssm under the cloud's own key. What it answers is what a caller sees who does not ask for decryption.
 */
export async function sealSecure(ssm: Ssm, row: Secure, keyId: string, value: string): Promise<Pick<VersionRow, 'value' | 'sealed'>> {
  const context = contextOf(ssm, row)
  if (isOwn(ssm, keyId)) return { value: prefix + seal(ssm, purpose, value, context.PARAMETER_ARN).toString('base64') }
  try {
    if (row.tier === 'Advanced') {
      const sealed = await sealUnder(ssm, { purpose, context }, keyId, value)
      return { value: Buffer.from(sealed.bytes).toString('base64'), sealed }
    }
    const { CiphertextBlob, KeyId } = await ssm.aws.kms.Encrypt({ KeyId: keyId, Plaintext: Buffer.from(value), EncryptionContext: context })
    return { value: Buffer.from(CiphertextBlob!).toString('base64'), sealed: { keyArn: KeyId! } }
  } catch (error) {
    throw keyError(error)
  }
}

/** The value of a secure string, as the caller: with a key of KMS that needs kms:Decrypt. */
export async function openSecure(ssm: Ssm, row: VersionRow): Promise<string> {
  const context = contextOf(ssm, row)
  try {
    if (row.sealed?.bytes) return (await openSealed(ssm, { purpose, context }, row.sealed as Sealed)).toString()
    const bytes = Buffer.from(row.value.slice(row.value.startsWith(prefix) ? prefix.length : 0), 'base64')
    if (row.sealed) return Buffer.from((await ssm.aws.kms.Decrypt({ KeyId: row.sealed.keyArn, CiphertextBlob: bytes,
      EncryptionContext: context })).Plaintext!).toString()
    return row.value.startsWith(prefix) ? unseal(ssm, purpose, bytes, context.PARAMETER_ARN).toString() : await openOld(ssm, bytes)
  } catch (error) {
    throw keyError(error)
  }
}

/** What an earlier build sealed, with a key that it kept among its rows. */
async function openOld(ssm: Ssm, bytes: Buffer): Promise<string> {
  const row = (await ssm.tables.keys.get('secure-strings'))!
  const decipher = createDecipheriv('aes-256-gcm', Buffer.from(row.key, 'base64'), bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString()
}

/** Systems Manager passes on what KMS says. */
function keyError(error: unknown): unknown {
  if (!(error instanceof AwsError) || error.status >= 500) return error
  const words = `${error.message} (Service: AWSKMS; Status Code: 400; Error Code: ${error.code})`
  return error.code === 'AccessDeniedException' ? new AccessDeniedException(words) : new InvalidKeyId(words)
}
