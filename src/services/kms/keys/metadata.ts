import type { KeyMetadata } from '@aws-sdk/client-kms'
import { accountOfArn } from '../../../platform/arns.ts'
import type { KeyRow } from '../state.ts'
import { isSymmetric, specOf } from './specs.ts'

/** A key as CreateKey and DescribeKey answer it. */
export function metadataOf(row: KeyRow): KeyMetadata {
  const { encryption, signing, mac } = specOf(row)
  const material = row.materials.at(-1)
  return {
    AWSAccountId: accountOfArn(row.arn)!, KeyId: row.id, Arn: row.arn, CreationDate: new Date(row.createdMs), Enabled: row.state === 'Enabled',
    Description: row.description, KeyUsage: row.usage, KeyState: row.state, Origin: row.origin, KeyManager: row.manager, KeySpec: row.spec,
    CustomerMasterKeySpec: row.spec as KeyMetadata['CustomerMasterKeySpec'], MultiRegion: false,
    ...row.usage === 'ENCRYPT_DECRYPT' && { EncryptionAlgorithms: encryption }, ...row.usage === 'SIGN_VERIFY' && { SigningAlgorithms: signing },
    ...row.usage === 'GENERATE_VERIFY_MAC' && { MacAlgorithms: mac }, ...row.usage === 'KEY_AGREEMENT' && { KeyAgreementAlgorithms: ['ECDH'] },
    ...row.deletionMs !== undefined && { DeletionDate: new Date(row.deletionMs) },
    ...row.expiration && row.state !== 'PendingImport' && { ExpirationModel: row.expiration.model },
    ...row.expiration?.validToMs !== undefined && row.state !== 'PendingImport' && { ValidTo: new Date(row.expiration.validToMs) },
    ...isSymmetric(row) && material?.sealed && { CurrentKeyMaterialId: material.id },
  }
}
