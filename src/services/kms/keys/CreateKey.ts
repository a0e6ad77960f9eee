import { TagException, UnsupportedOperationException, ValidationException, keyArn, type Input, type KeyRow, type Kms, type Output } from '../state.ts'
import { checkPolicy, defaultPolicy } from '../policies/policy.ts'
import { tagProblem } from '../../../platform/tags.ts'
import { tagsOf } from '../tags/tags.ts'
import { newMaterial } from './material.ts'
import { metadataOf } from './metadata.ts'
import { specs } from './specs.ts'

/** Makes a key: symmetric where nothing else is said. With Origin EXTERNAL its material is still to be imported. */
export async function CreateKey(kms: Kms, input: Input<'CreateKey'>): Promise<Output<'CreateKey'>> {
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
  refuseUnhonoured(input)
  const known = specs[spec]
  if (!known) throw new UnsupportedOperationException(`The key spec ${spec} is not supported by Fogbank.`)
  if (input.KeyUsage === undefined && spec !== 'SYMMETRIC_DEFAULT') {
    throw new ValidationException('You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.')
  }
  const usage = input.KeyUsage ?? 'ENCRYPT_DECRYPT'
  if (!known.usages.includes(usage)) throw new ValidationException(`KeyUsage ${usage} is not compatible with KeySpec ${spec}`)
  const tags = tagsOf(input.Tags)
  const problem = tagProblem(tags)
  if (problem) throw new TagException(problem)
  const id = kms.newId()
  const arn = keyArn(kms, id)
  const policy = input.Policy ?? defaultPolicy(kms)
  await checkPolicy(kms, arn, policy, input.BypassPolicyLockoutSafetyCheck)
  const isExternal = input.Origin === 'EXTERNAL'
  const made = isExternal ? undefined : await newMaterial(kms, { arn, spec })
  const row: KeyRow = {
    id, arn, description: input.Description ?? '', spec, usage, origin: isExternal ? 'EXTERNAL' : 'AWS_KMS', manager: 'CUSTOMER',
    state: isExternal ? 'PendingImport' : 'Enabled', createdMs: kms.now(), policy, tags, materials: made ? [made.material] : [],
    ...made?.publicKey && { publicKey: made.publicKey },
  }
  await kms.tables.keys.put(row)
  return { KeyMetadata: metadataOf(row) }
}

function refuseUnhonoured(input: Input<'CreateKey'>): void {
  if (input.MultiRegion) throw new UnsupportedOperationException('MultiRegion is not supported by Fogbank: a key lives in one region.')
  const isStored = input.CustomKeyStoreId !== undefined || input.XksKeyId !== undefined
  if (isStored || input.Origin === 'AWS_CLOUDHSM' || input.Origin === 'EXTERNAL_KEY_STORE') {
    throw new UnsupportedOperationException('Custom key stores are not supported by Fogbank.')
  }
}
