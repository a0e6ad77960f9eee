import type { KMS as Client } from '@aws-sdk/client-kms'
import { service } from '../../platform/service.ts'
import { CreateAlias } from './aliases/CreateAlias.ts'
import { DeleteAlias } from './aliases/DeleteAlias.ts'
import { ListAliases } from './aliases/ListAliases.ts'
import { UpdateAlias } from './aliases/UpdateAlias.ts'
import { Decrypt } from './crypto/Decrypt.ts'
import { DeriveSharedSecret } from './crypto/DeriveSharedSecret.ts'
import { Encrypt } from './crypto/Encrypt.ts'
import { GenerateDataKey } from './crypto/GenerateDataKey.ts'
import { GenerateDataKeyPair } from './crypto/GenerateDataKeyPair.ts'
import { GenerateDataKeyPairWithoutPlaintext } from './crypto/GenerateDataKeyPairWithoutPlaintext.ts'
import { GenerateDataKeyWithoutPlaintext } from './crypto/GenerateDataKeyWithoutPlaintext.ts'
import { GenerateMac } from './crypto/GenerateMac.ts'
import { GenerateRandom } from './crypto/GenerateRandom.ts'
import { ReEncrypt } from './crypto/ReEncrypt.ts'
import { Sign } from './crypto/Sign.ts'
import { Verify } from './crypto/Verify.ts'
import { VerifyMac } from './crypto/VerifyMac.ts'
import { CreateGrant } from './grants/CreateGrant.ts'
import { ListGrants } from './grants/ListGrants.ts'
import { ListRetirableGrants } from './grants/ListRetirableGrants.ts'
import { RetireGrant } from './grants/RetireGrant.ts'
import { RevokeGrant } from './grants/RevokeGrant.ts'
import { DeleteImportedKeyMaterial } from './import/DeleteImportedKeyMaterial.ts'
import { GetParametersForImport } from './import/GetParametersForImport.ts'
import { expire, ImportKeyMaterial } from './import/ImportKeyMaterial.ts'
import { CancelKeyDeletion } from './keys/CancelKeyDeletion.ts'
import { CreateKey } from './keys/CreateKey.ts'
import { DescribeKey } from './keys/DescribeKey.ts'
import { DisableKey } from './keys/DisableKey.ts'
import { EnableKey } from './keys/EnableKey.ts'
import { GetPublicKey } from './keys/GetPublicKey.ts'
import { ListKeys } from './keys/ListKeys.ts'
import { purge, ScheduleKeyDeletion } from './keys/ScheduleKeyDeletion.ts'
import { UpdateKeyDescription } from './keys/UpdateKeyDescription.ts'
import { GetKeyPolicy } from './policies/GetKeyPolicy.ts'
import { ListKeyPolicies } from './policies/ListKeyPolicies.ts'
import { PutKeyPolicy } from './policies/PutKeyPolicy.ts'
import { DisableKeyRotation } from './rotation/DisableKeyRotation.ts'
import { EnableKeyRotation } from './rotation/EnableKeyRotation.ts'
import { GetKeyRotationStatus } from './rotation/GetKeyRotationStatus.ts'
import { ListKeyRotations } from './rotation/ListKeyRotations.ts'
import { RotateKeyOnDemand } from './rotation/RotateKeyOnDemand.ts'
import { ListResourceTags } from './tags/ListResourceTags.ts'
import { TagResource } from './tags/TagResource.ts'
import { UntagResource } from './tags/UntagResource.ts'
import { onKey, onNoKey } from './authorization.ts'
import { resourceTypes } from './cloudformation.ts'
import { rotate } from './rotation/rotate.ts'
import { aliasArn, tables, type Kms } from './state.ts'

/** The alias is asked for here, its keys by the operation: their policies have a word. */
const onAlias = { resource: (kms: Kms, input: { AliasName: string | undefined }) => aliasArn(kms, input.AliasName ?? 'alias/*') }

export const kms = service<Client, Kms>({
  name: 'kms',
  billing: 'awskms',
  tables,
  tasks: { purge, rotate, expire },
  operations: {
    CancelKeyDeletion, CreateAlias, CreateGrant, CreateKey, Decrypt, DeleteAlias, DeleteImportedKeyMaterial, DeriveSharedSecret, DescribeKey,
    DisableKey, DisableKeyRotation, EnableKey, EnableKeyRotation, Encrypt, GenerateDataKey, GenerateDataKeyPair, GenerateDataKeyPairWithoutPlaintext,
    GenerateDataKeyWithoutPlaintext, GenerateMac, GenerateRandom, GetKeyPolicy, GetKeyRotationStatus, GetParametersForImport, GetPublicKey,
    ImportKeyMaterial, ListAliases, ListGrants, ListKeyPolicies, ListKeyRotations, ListKeys, ListResourceTags, ListRetirableGrants, PutKeyPolicy,
    ReEncrypt, RetireGrant, RevokeGrant, RotateKeyOnDemand, ScheduleKeyDeletion, Sign, TagResource, UntagResource, UpdateAlias, UpdateKeyDescription,
    Verify, VerifyMac,
  },
  authorization: {
    CancelKeyDeletion: onKey, CreateAlias: onAlias, CreateGrant: onKey, CreateKey: onNoKey, Decrypt: onKey, DeleteAlias: onAlias,
    DeleteImportedKeyMaterial: onKey, DeriveSharedSecret: onKey, DescribeKey: onKey, DisableKey: onKey, DisableKeyRotation: onKey, EnableKey: onKey,
    EnableKeyRotation: onKey, Encrypt: onKey, GenerateDataKey: onKey, GenerateDataKeyPair: onKey, GenerateDataKeyPairWithoutPlaintext: onKey,
    GenerateDataKeyWithoutPlaintext: onKey, GenerateMac: onKey, GenerateRandom: onNoKey, GetKeyPolicy: onKey, GetKeyRotationStatus: onKey,
    GetParametersForImport: onKey, GetPublicKey: onKey, ImportKeyMaterial: onKey, ListAliases: onNoKey, ListGrants: onKey, ListKeyPolicies: onKey,
    ListKeyRotations: onKey, ListKeys: onNoKey, ListResourceTags: onKey, ListRetirableGrants: onNoKey, PutKeyPolicy: onKey, RevokeGrant: onKey,
    RotateKeyOnDemand: onKey, ScheduleKeyDeletion: onKey, Sign: onKey, TagResource: onKey, UntagResource: onKey, UpdateAlias: onAlias,
    UpdateKeyDescription: onKey, Verify: onKey, VerifyMac: onKey,
    // They ask by themselves: of both keys, and of who may retire.
    ReEncrypt: { resource: 'none' }, RetireGrant: { resource: 'none' },
  },
  resourceTypes,
})
