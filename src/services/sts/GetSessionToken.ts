import type { Principal } from '../../contracts/principal.ts'
import { provesMfa } from './mfa.ts'
import { AccessDenied, checkDuration, credentialsView, rootSessionSecondsMax, type Input, type Output, type Sts } from './state.ts'

/** Temporary credentials of the user who calls, for 12 hours unless told otherwise (15 minutes to 36 hours); of the root for an hour at most. */
export async function GetSessionToken(sts: Sts, input: Input<'GetSessionToken'>): Output<'GetSessionToken'> {
  const { principal } = sts
  checkDuration(input.DurationSeconds, 129_600)
  if ((principal.type !== 'user' && principal.type !== 'root') || principal.issuedAt !== undefined) {
    throw new AccessDenied('Cannot call GetSessionToken with session credentials')
  }
  const mfa = await provesMfa(sts, input)
  const seconds = principal.type === 'root' ? Math.min(input.DurationSeconds ?? rootSessionSecondsMax, rootSessionSecondsMax) : input.DurationSeconds ?? 43_200
  const session: Principal = { ...principal, issuedAt: sts.now(), ...mfa && { mfa } }
  return { Credentials: credentialsView(sts.state.sessions.issue(session, sts.now() + seconds * 1000)) }
}
