import type { Conditions, FurtherRequest } from '../../platform/service.ts'
import { policyWithGrants } from './grants/grant.ts'
import { keyAt, type FoundKey } from './keys/key.ts'
import { keyOfBlob } from './crypto/blob.ts'
import type { Kms } from './state.ts'

type Context = Record<string, string> | undefined

/** The members of inputs that condition keys are made of (docs.aws.amazon.com/kms, "AWS KMS condition keys"). */
export interface Asked {
  KeyId?: string | undefined
  CiphertextBlob?: Uint8Array | undefined
  EncryptionContext?: Context
  EncryptionAlgorithm?: string | undefined
  SigningAlgorithm?: string | undefined
  MacAlgorithm?: string | undefined
  MessageType?: string | undefined
  KeyPairSpec?: string | undefined
  KeyAgreementAlgorithm?: string | undefined
  PendingWindowInDays?: number | undefined
  RotationPeriodInDays?: number | undefined
  BypassPolicyLockoutSafetyCheck?: boolean | undefined
  GranteePrincipal?: string | undefined
  RetiringPrincipal?: string | undefined
  Operations?: string[] | undefined
  Constraints?: { EncryptionContextEquals?: Context, EncryptionContextSubset?: Context } | undefined
  WrappingAlgorithm?: string | undefined
  WrappingKeySpec?: string | undefined
  ExpirationModel?: string | undefined
}

/** `sqs.us-east-1.amazonaws.com`, where a service passes the caller's request on. */
export const viaService = ({ calledVia, region }: Kms): string | undefined => calledVia?.at(-1)?.replace(/\.amazonaws\.com$/, `.${region}.amazonaws.com`)

/** A service that acts for itself has no account: the keys of AWS, which are for callers of the account, are not for it. */
const callerKeys = (kms: Kms): Conditions =>
  ({ 'kms:CallerAccount': kms.principal.type === 'service' ? undefined : kms.principal.account, 'kms:ViaService': viaService(kms) })

async function keyFacts({ at, row, alias }: FoundKey): Promise<Conditions> {
  const aliases = (await at.tables.aliases.list()).filter(({ keyId }) => keyId === row.id).map(({ name }) => name)
  return {
    'kms:KeySpec': row.spec, 'kms:KeyUsage': row.usage, 'kms:KeyOrigin': row.origin, 'kms:MultiRegion': false, 'kms:CustomerMasterKeySpec': row.spec,
    'kms:CustomerMasterKeyUsage': row.usage, 'kms:RequestAlias': alias, 'kms:ResourceAliases': aliases.length > 0 ? aliases : undefined,
  }
}

function contextKeys(context: Context): Conditions {
  const entries = Object.entries(context ?? {})
  if (entries.length === 0) return {}
  return {
    'kms:EncryptionContextKeys': entries.map(([key]) => key), ...Object.fromEntries(entries.map(([key, value]) => [`kms:EncryptionContext:${key}`, value])),
  }
}

const inputKeys = (kms: Kms, input: Asked): Conditions => ({
  'kms:EncryptionAlgorithm': input.EncryptionAlgorithm, 'kms:SigningAlgorithm': input.SigningAlgorithm, 'kms:MacAlgorithm': input.MacAlgorithm,
  'kms:MessageType': input.MessageType, 'kms:DataKeyPairSpec': input.KeyPairSpec, 'kms:KeyAgreementAlgorithm': input.KeyAgreementAlgorithm,
  'kms:ScheduleKeyDeletionPendingWindowInDays': input.PendingWindowInDays, 'kms:RotationPeriodInDays': input.RotationPeriodInDays,
  'kms:BypassPolicyLockoutSafetyCheck': input.BypassPolicyLockoutSafetyCheck, 'kms:GranteePrincipal': input.GranteePrincipal,
  'kms:RetiringPrincipal': input.RetiringPrincipal, 'kms:GrantOperations': input.Operations, 'kms:WrappingAlgorithm': input.WrappingAlgorithm,
  'kms:WrappingKeySpec': input.WrappingKeySpec, 'kms:ExpirationModel': input.ExpirationModel,
  'kms:GrantConstraintType': input.Constraints && Object.keys(input.Constraints),
  'kms:GrantIsForAWSResource': input.GranteePrincipal === undefined ? undefined : viaService(kms) !== undefined,
})

const conditionsOf = async (kms: Kms, key: FoundKey, input: Asked): Promise<Conditions> =>
  ({ ...callerKeys(kms), ...await keyFacts(key), ...inputKeys(kms, input), ...contextKeys(input.EncryptionContext) })

/** What an operation asks about a key beyond its rule: ReEncrypt of both of its keys, aliases of theirs. */
export async function keyRequest(kms: Kms, key: FoundKey, action: string, input: Asked = {}): Promise<FurtherRequest> {
  return {
    action, resource: key.row.arn, conditions: await conditionsOf(kms, key, input), resourcePolicyRequired: true, resourceTags: () => key.row.tags,
    resourcePolicy: await policyWithGrants(key, action.slice('kms:'.length), input.EncryptionContext),
  }
}

/** The key that a call asks for, looked up once for all questions of its rule. */
const lookups = new WeakMap<Kms, Promise<FoundKey>>()

function keyOf(kms: Kms, input: Asked): Promise<FoundKey> {
  let found = lookups.get(kms)
  if (!found) lookups.set(kms, found = input.KeyId === undefined ? keyOfBlob(kms, input.CiphertextBlob) : keyAt(kms, input.KeyId))
  return found
}

/** The rule of an operation on a key: the key's policy has to allow, or to leave it to the account's. */
export const onKey = {
  resource: async (kms: Kms, input: Asked) => (await keyOf(kms, input)).row.arn,
  resourcePolicyRequired: true,
  resourcePolicy: async (kms: Kms, input: Asked) => policyWithGrants(await keyOf(kms, input), kms.operation, input.EncryptionContext),
  resourceTags: async (kms: Kms, input: Asked) => (await keyOf(kms, input)).row.tags,
  conditions: async (kms: Kms, input: Asked) => conditionsOf(kms, await keyOf(kms, input), input),
}

/** CreateKey and the lists touch no key that stands. */
export const onNoKey = {
  resource: '*' as const,
  conditions: (kms: Kms, input: object) => {
    const { KeySpec, KeyUsage, Origin, MultiRegion, BypassPolicyLockoutSafetyCheck } = input as Record<string, string | boolean | undefined>
    return {
      ...callerKeys(kms), 'kms:KeySpec': KeySpec, 'kms:KeyUsage': KeyUsage, 'kms:KeyOrigin': Origin, 'kms:MultiRegion': MultiRegion,
      'kms:BypassPolicyLockoutSafetyCheck': BypassPolicyLockoutSafetyCheck,
    }
  },
}
