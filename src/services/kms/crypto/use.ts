import type { KeyUsageType } from '@aws-sdk/client-kms'
import { DryRunOperationException, InvalidKeyUsageException, UnsupportedOperationException, type Kms } from '../state.ts'
import { checkUsable, keyAt, type FoundKey } from '../keys/key.ts'
import { specOf } from '../keys/specs.ts'

interface Asks { DryRun?: boolean | undefined, Recipient?: unknown }

/** A key that may be used for this now. Throws DisabledException, KMSInvalidStateException, InvalidKeyUsageException. */
export async function usableKey(kms: Kms, keyId: string, usage: KeyUsageType, options: { symmetric?: boolean } = {}): Promise<FoundKey> {
  const key = await keyAt(kms, keyId)
  checkUse(kms, key, usage, options)
  return key
}

export function checkUse(kms: Kms, { row }: FoundKey, usage: KeyUsageType, { symmetric = false } = {}): void {
  checkUsable(row)
  if (row.usage !== usage || (symmetric && row.spec !== 'SYMMETRIC_DEFAULT')) {
    throw new InvalidKeyUsageException(`${row.arn} key usage is ${row.usage} which is not valid for ${kms.operation}.`)
  }
}

/** Throws where a key does not know an algorithm. */
export function checkAlgorithm({ row }: FoundKey, kind: 'encryption' | 'signing' | 'mac', algorithm: string): void {
  if ((specOf(row)[kind] as string[] | undefined)?.includes(algorithm)) return
  throw new InvalidKeyUsageException(`Algorithm ${algorithm} is incompatible with key spec ${row.spec}.`)
}

/** What stops a request after its checks: a dry run, and the enclaves that Fogbank does not have. */
export function checkOptions({ DryRun, Recipient }: Asks): void {
  if (Recipient !== undefined) throw new UnsupportedOperationException('Recipient is not supported by Fogbank: it has no enclaves.')
  if (DryRun) throw new DryRunOperationException('The request would have succeeded, but the DryRun option is set.')
}
