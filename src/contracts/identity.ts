import type { Principal } from './principal.ts'

/** Who holds an access key, asked by the gateway for every signed request; so a known key should be answered from memory, without a promise. */
export interface Identity {
  credentials(request: CredentialsRequest): CredentialsAnswer | Promise<CredentialsAnswer>
}

export interface CredentialsRequest {
  /** AKIA… of a user, ASIA… of a session; on the loopback interface any word, a 12-digit account among them. */
  accessKeyId: string
  /** What the caller sent as X-Amz-Security-Token. */
  sessionToken?: string
  /** The request came in over the loopback interface, where an unknown access key is the root of the local account. */
  loopback: boolean
}

/**
 * `secretAccessKey` is absent where there is none to verify with: the unknown key of a caller on the loopback interface. Such a signature is accepted.
 * `unknown`: no such access key. `inactive`: it is switched off. `expired`: the session is over. `invalid-token`: the session token is missing or not the key's.
 */
export type CredentialsAnswer = { secretAccessKey?: string, principal: Principal } | { error: CredentialsError }

export type CredentialsError = 'unknown' | 'inactive' | 'expired' | 'invalid-token'
