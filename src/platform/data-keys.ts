import type { Scope } from './service.ts'

/** A data key in the clear, and how it lies beside what it seals. */
export interface DataKey { key: Uint8Array, keyArn: string, dataKey: Uint8Array }

type Caller = Pick<Scope, 'aws' | 'now' | 'principal'>
type Context = Record<string, string>

/**
 * Data keys of KMS that a service uses again for a while instead of asking for each message, as SQS's data key reuse period has it: each caller has its
 * own, so that each needs the permission.
 */
export interface DataKeys {
  /** A key to seal with. Errors are those of KMS. */
  toSeal(caller: Caller, keyId: string, context: Context, reuseMs: number): Promise<DataKey>
  /** The key that something was sealed with. Errors are those of KMS. */
  toOpen(caller: Caller, sealed: Pick<DataKey, 'keyArn' | 'dataKey'>, context: Context, reuseMs: number): Promise<Uint8Array>
}

export function dataKeys(heldMax = 2000): DataKeys {
  const held = new Map<string, { until: number, key: DataKey }>()

  async function once(caller: Caller, name: string, reuseMs: number, make: () => Promise<DataKey>): Promise<DataKey> {
    const id = `${caller.principal.arn} ${caller.principal.account} ${name}`
    const known = held.get(id)
    if (known && known.until > caller.now()) return known.key
    const key = await make()
    held.delete(id)
    if (held.size >= heldMax) held.delete(held.keys().next().value!)
    held.set(id, { until: caller.now() + reuseMs, key })
    return key
  }

  return {
    toSeal: (caller, keyId, context, reuseMs) => once(caller, `seal ${keyId} ${JSON.stringify(context)}`, reuseMs, async () => {
      const made = await caller.aws.kms.GenerateDataKey({ KeyId: keyId, KeySpec: 'AES_256', EncryptionContext: context })
      return { key: made.Plaintext!, keyArn: made.KeyId!, dataKey: made.CiphertextBlob! }
    }),
    async toOpen(caller, { keyArn, dataKey }, context, reuseMs) {
      const { key } = await once(caller, `open ${Buffer.from(dataKey).toString('base64')}`, reuseMs, async () => {
        const { Plaintext } = await caller.aws.kms.Decrypt({ KeyId: keyArn, CiphertextBlob: dataKey, EncryptionContext: context })
        return { key: Plaintext!, keyArn, dataKey }
      })
      return key
    },
  }
}
