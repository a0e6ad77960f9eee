import { seal, sealWithKey, unseal, unsealWithKey } from './sealing.ts'
import type { Scope } from './service.ts'

/** Bytes at rest: under the cloud's own key, or under a data key of a KMS key, which stands beside them encrypted. */
export interface Sealed {
  bytes: Uint8Array
  /** ARN of the KMS key, and the data key as KMS encrypted it. */
  keyArn?: string
  dataKey?: Uint8Array
}

/** What is sealed, and for what: `purpose` names the service and what it keeps, `context` is the encryption context that KMS sees. */
export interface SealedFor { purpose: string, context: Record<string, string> }

type Caller = Pick<Scope, 'config' | 'aws'>

/** Seals bytes as the caller: with a KMS key, the caller needs kms:GenerateDataKey through the service. Errors are those of KMS. */
export async function sealUnder(scope: Caller, { purpose, context }: SealedFor, keyId: string | undefined, bytes: Uint8Array | string): Promise<Sealed> {
  if (keyId === undefined) return { bytes: seal(scope, purpose, bytes, textOf(context)) }
  const { KeyId, Plaintext, CiphertextBlob } = await scope.aws.kms.GenerateDataKey({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: context })
  return { bytes: sealWithKey(Plaintext!, bytes, textOf(context)), keyArn: KeyId!, dataKey: CiphertextBlob! }
}

/** Opens what was sealed; under a KMS key the caller needs kms:Decrypt through the service. Errors are those of KMS. */
export async function openSealed(scope: Caller, { purpose, context }: SealedFor, { bytes, keyArn, dataKey }: Sealed): Promise<Buffer> {
  if (keyArn === undefined) return unseal(scope, purpose, bytes, textOf(context))
  const { Plaintext } = await scope.aws.kms.Decrypt({ KeyId: keyArn, CiphertextBlob: dataKey, EncryptionContext: context })
  const opened = unsealWithKey(Plaintext!, bytes, textOf(context))
  if (!opened) throw new Error(`What was sealed for ${purpose} does not open with its data key.`)
  return opened
}

/** The same text for the same context, in whichever order its members stand. */
const textOf = (context: Record<string, string>): string => JSON.stringify(Object.entries(context).sort(([a], [b]) => a < b ? -1 : 1))
