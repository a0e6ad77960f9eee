import { createHmac } from 'node:crypto'
import type { Kms } from '../state.ts'
import type { FoundKey } from '../keys/key.ts'
import { materialOf } from '../keys/material.ts'
import { checkAlgorithm } from './use.ts'

/** The authentication code of a message under an HMAC key. */
export function macOf(kms: Kms, key: FoundKey, algorithm: string, message: Uint8Array): Buffer {
  checkAlgorithm(key, 'mac', algorithm)
  return createHmac(algorithm.replace('HMAC_SHA_', 'sha'), materialOf(kms, key.row)!.bytes).update(message).digest()
}
