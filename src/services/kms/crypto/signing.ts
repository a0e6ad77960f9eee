import { constants, privateEncrypt, publicDecrypt, sign, verify, type KeyObject } from 'node:crypto'
import { ValidationException, type Input } from '../state.ts'
import { signDigest, verifyDigest } from './ecdsa.ts'
import { signPss, verifyPss } from './pss.ts'

type Asked = Pick<Input<'Sign'>, 'Message' | 'MessageType' | 'SigningAlgorithm'>

const hashOf = (algorithm: string): string => `sha${algorithm.slice(algorithm.lastIndexOf('_') + 1)}`
const digestBytes: Record<string, number> = { sha256: 32, sha384: 48, sha512: 64 }

/** What stands before a digest in a PKCS #1 v1.5 signature (RFC 8017, section 9.2). */
const digestInfo: Record<string, string> = {
  sha256: '3031300d060960864801650304020105000420', sha384: '3041300d060960864801650304020205000430', sha512: '3051300d060960864801650304020305000440',
}

/** Padding and salt of a message that is signed whole. */
const padding = (algorithm: string) => algorithm.startsWith('RSASSA_PSS')
  ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
  : algorithm.startsWith('RSASSA') ? { padding: constants.RSA_PKCS1_PADDING } : {}

export function signMessage(privateKey: KeyObject, { Message, MessageType = 'RAW', SigningAlgorithm }: Asked): Buffer {
  const [message, algorithm] = [Message!, SigningAlgorithm!]
  const hash = hashOf(algorithm)
  if (!isDigest(MessageType, algorithm, hash, message)) {
    return sign(algorithm.startsWith('ED25519') ? null : hash, message, { key: privateKey, ...padding(algorithm) })
  }
  if (algorithm.startsWith('ECDSA')) return signDigest(privateKey, message)
  if (algorithm.startsWith('RSASSA_PSS')) return signPss(privateKey, hash, message)
  return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.concat([Buffer.from(digestInfo[hash]!, 'hex'), message]))
}

export function verifyMessage(publicKey: KeyObject, { Message, MessageType = 'RAW', SigningAlgorithm }: Asked, signature: Uint8Array): boolean {
  const [message, algorithm] = [Message!, SigningAlgorithm!]
  const hash = hashOf(algorithm)
  if (!isDigest(MessageType, algorithm, hash, message)) {
    return verify(algorithm.startsWith('ED25519') ? null : hash, message, { key: publicKey, ...padding(algorithm) }, signature)
  }
  if (algorithm.startsWith('ECDSA')) return verifyDigest(publicKey, message, signature)
  if (algorithm.startsWith('RSASSA_PSS')) return verifyPss(publicKey, hash, message, signature)
  try {
    const opened = publicDecrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, signature)
    return opened.equals(Buffer.concat([Buffer.from(digestInfo[hash]!, 'hex'), message]))
  } catch {
    return false
  }
}

function isDigest(type: string, algorithm: string, hash: string, message: Uint8Array): boolean {
  if (type === 'RAW') return false
  if (type !== 'DIGEST' || algorithm.startsWith('ED25519')) throw new ValidationException(`MessageType ${type} is not valid for algorithm ${algorithm}.`)
  if (message.length !== digestBytes[hash]) throw new ValidationException(`Digest is invalid length for algorithm ${algorithm}.`)
  return true
}
