import type { EncryptionAlgorithmSpec, KeySpec, KeyUsageType, MacAlgorithmSpec, SigningAlgorithmSpec } from '@aws-sdk/client-kms'

/** What a key specification is made of, and what it is good for; the first usage is the one that needs no saying. */
export interface Spec {
  kind: 'aes' | 'rsa' | 'ec' | 'hmac' | 'ed25519'
  usages: KeyUsageType[]
  /** Of `aes` and `hmac`: bytes of the key. */
  bytes?: number
  /** Of `rsa`: bits of the modulus. */
  bits?: number
  /** Of `ec`: OpenSSL's name of the curve. */
  curve?: string
  encryption?: EncryptionAlgorithmSpec[]
  signing?: SigningAlgorithmSpec[]
  mac?: MacAlgorithmSpec[]
}

const rsa = (bits: number): Spec => ({
  kind: 'rsa', bits, usages: ['ENCRYPT_DECRYPT', 'SIGN_VERIFY'], encryption: ['RSAES_OAEP_SHA_1', 'RSAES_OAEP_SHA_256'],
  signing: [
    'RSASSA_PKCS1_V1_5_SHA_256', 'RSASSA_PKCS1_V1_5_SHA_384', 'RSASSA_PKCS1_V1_5_SHA_512', 'RSASSA_PSS_SHA_256', 'RSASSA_PSS_SHA_384', 'RSASSA_PSS_SHA_512',
  ],
})
const ec = (curve: string, signing: SigningAlgorithmSpec, usages: KeyUsageType[] = ['SIGN_VERIFY', 'KEY_AGREEMENT']): Spec =>
  ({ kind: 'ec', curve, usages, signing: [signing] })
const hmac = (bytes: number, mac: MacAlgorithmSpec): Spec => ({ kind: 'hmac', bytes, usages: ['GENERATE_VERIFY_MAC'], mac: [mac] })

/** The specifications that Fogbank makes: all but SM2, of China alone, and ML-DSA. */
export const specs: Partial<Record<KeySpec, Spec>> = {
  SYMMETRIC_DEFAULT: { kind: 'aes', bytes: 32, usages: ['ENCRYPT_DECRYPT'], encryption: ['SYMMETRIC_DEFAULT'] },
  RSA_2048: rsa(2048), RSA_3072: rsa(3072), RSA_4096: rsa(4096),
  ECC_NIST_P256: ec('prime256v1', 'ECDSA_SHA_256'), ECC_NIST_P384: ec('secp384r1', 'ECDSA_SHA_384'), ECC_NIST_P521: ec('secp521r1', 'ECDSA_SHA_512'),
  ECC_SECG_P256K1: ec('secp256k1', 'ECDSA_SHA_256', ['SIGN_VERIFY']),
  ECC_NIST_EDWARDS25519: { kind: 'ed25519', usages: ['SIGN_VERIFY'], signing: ['ED25519_SHA_512'] },
  HMAC_224: hmac(28, 'HMAC_SHA_224'), HMAC_256: hmac(32, 'HMAC_SHA_256'), HMAC_384: hmac(48, 'HMAC_SHA_384'), HMAC_512: hmac(64, 'HMAC_SHA_512'),
}

export const specOf = ({ spec }: { spec: KeySpec }): Spec => specs[spec]!

export const isSymmetric = (row: { spec: KeySpec }): boolean => row.spec === 'SYMMETRIC_DEFAULT'
