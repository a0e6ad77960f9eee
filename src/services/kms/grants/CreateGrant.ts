import { newHex } from '../../../platform/ids.ts'
import {
  DryRunOperationException, grantsPerKeyMax, InvalidArnException, LimitExceededException, ValidationException, type GrantRow, type Input, type Kms, type Output,
} from '../state.ts'
import { checkUsable, keyById } from '../keys/key.ts'
import { specOf } from '../keys/specs.ts'
import { tokenOf } from './grant.ts'

const always = ['CreateGrant', 'RetireGrant', 'DescribeKey']
const byUsage: Record<string, string[]> = {
  ENCRYPT_DECRYPT: ['Encrypt', 'Decrypt', 'ReEncryptFrom', 'ReEncryptTo'], SIGN_VERIFY: ['Sign', 'Verify'], GENERATE_VERIFY_MAC: ['GenerateMac', 'VerifyMac'],
  KEY_AGREEMENT: ['DeriveSharedSecret'],
}
const ofSymmetric = ['GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'GenerateDataKeyPair', 'GenerateDataKeyPairWithoutPlaintext']

/** Lets a principal use a key for some operations. The same grant under the same name again is that grant. */
export async function CreateGrant(kms: Kms, input: Input<'CreateGrant'>): Promise<Output<'CreateGrant'>> {
  const { at, row } = await keyById(kms, input.KeyId!)
  checkUsable(row)
  const { GranteePrincipal: grantee = '', RetiringPrincipal: retiring, Operations: operations = [], Name: name, Constraints: constraints } = input
  checkPrincipal(grantee)
  if (retiring !== undefined) checkPrincipal(retiring)
  const { kind } = specOf(row)
  const possible = [...always, ...byUsage[row.usage]!, ...kind === 'aes' ? ofSymmetric : [], ...row.publicKey ? ['GetPublicKey'] : []]
  if (operations.length === 0 || operations.some(operation => !possible.includes(operation))) {
    throw new ValidationException(`Grant operations [${operations.join(', ')}] are not supported by a key of spec ${row.spec} and usage ${row.usage}`)
  }
  if (constraints && kind !== 'aes') throw new ValidationException('Grant constraints are supported by symmetric encryption keys only.')
  if (input.DryRun) throw new DryRunOperationException('The request would have succeeded, but the DryRun option is set.')
  const grants = await at.tables.grants.list({ prefix: [row.id] })
  const wanted = { grantee, ...retiring !== undefined && { retiring }, operations, ...constraints && { constraints }, ...name !== undefined && { name } }
  const same = name === undefined ? undefined : grants.find(({ keyId: _, id: __, issuer: ___, createdMs: ____, ...rest }) => sameJson(rest, wanted))
  if (same) return { GrantId: same.id, GrantToken: tokenOf(row.arn, same.id) }
  if (grants.length >= grantsPerKeyMax) throw new LimitExceededException(`The key ${row.arn} has ${grantsPerKeyMax} grants already.`)
  const grant: GrantRow = { keyId: row.id, id: newHex(64), ...wanted, issuer: kms.principal.account, createdMs: at.now() }
  await at.tables.grants.put(grant)
  return { GrantId: grant.id, GrantToken: tokenOf(row.arn, grant.id) }
}

function checkPrincipal(principal: string): void {
  if (/^arn:[a-z-]+:(iam|sts)::\d{12}:/.test(principal) || /^[a-z0-9.-]+\.amazonaws\.com$/.test(principal)) return
  throw new InvalidArnException(`ARN ${principal} is not valid`)
}

const sorted = (value: object) => JSON.stringify(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
const sameJson = (a: object, b: object): boolean => sorted(a) === sorted(b)
