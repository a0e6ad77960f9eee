import type { STS } from '@aws-sdk/client-sts'
import type { Operations } from '../../contracts/aws.ts'
import type { SessionCredentials, Sessions } from '../../contracts/identity.ts'
import { awsError } from '../../platform/errors.ts'
import type { providerKeys } from '../../platform/openid.ts'
import type { Scope } from '../../platform/service.ts'

export type Api = Operations<STS>
export type Input<Name extends keyof Api> = Parameters<Api[Name]>[0]
export type Output<Name extends keyof Api> = Promise<Awaited<ReturnType<Api[Name]>>>

/** STS keeps nothing: a session lives in its token. */
export type Sts = Scope<Record<string, never>, { sessions: Sessions, providerKeys: ReturnType<typeof providerKeys> }>

export const AccessDenied = awsError('AccessDenied', 403)
export const ValidationError = awsError('ValidationError', 400)
export const MalformedPolicyDocument = awsError('MalformedPolicyDocumentException', 400)
export const PackedPolicyTooLarge = awsError('PackedPolicyTooLargeException', 400)

export const InvalidAuthorizationMessage = awsError('InvalidAuthorizationMessageException', 400)
export const InvalidIdentityToken = awsError('InvalidIdentityTokenException', 400)
export const ExpiredToken = awsError('ExpiredTokenException', 400)
export const IDPCommunicationError = awsError('IDPCommunicationErrorException', 400)

export const sessionPolicyCharactersMax = 2048
export const sessionTagsMax = 50
/** A session that was itself opened by a session lasts an hour at most. */
export const chainedSessionSecondsMax = 3600
export const rootSessionSecondsMax = 3600

/** Credentials as STS answers them. */
export const credentialsView = ({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: SessionCredentials) => ({
  AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration: new Date(expiresAt),
})

/** Throws where a duration lies outside of its bounds, in the words of STS. */
export function checkDuration(seconds: number | undefined, secondsMax: number): void {
  if (seconds === undefined || (seconds >= 900 && seconds <= secondsMax)) return
  const bound = seconds < 900 ? 'greater than or equal to 900' : `less than or equal to ${secondsMax}`
  throw new ValidationError(
    `1 validation error detected: Value '${seconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value ${bound}`
  )
}
