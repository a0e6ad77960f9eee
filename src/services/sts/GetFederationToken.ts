import type { Principal } from '../../contracts/principal.ts'
import { tagsFromList } from '../../platform/tags.ts'
import { packedSize, sessionPolicies } from './session-policies.ts'
import { AccessDenied, checkDuration, credentialsView, rootSessionSecondsMax, type Input, type Output, type Sts } from './state.ts'

/** Temporary credentials of a federated user, who may do what both the caller's policies and the session's allow. */
export async function GetFederationToken(sts: Sts, input: Input<'GetFederationToken'>): Output<'GetFederationToken'> {
  const { principal } = sts
  checkDuration(input.DurationSeconds, 129_600)
  if ((principal.type !== 'user' && principal.type !== 'root') || principal.issuedAt !== undefined) {
    throw new AccessDenied('Cannot call GetFederationToken with session credentials')
  }
  const seconds = principal.type === 'root' ? Math.min(input.DurationSeconds ?? rootSessionSecondsMax, rootSessionSecondsMax) : input.DurationSeconds ?? 43_200
  const arn = `arn:${sts.partition}:sts::${sts.account}:federated-user/${input.Name}`
  const id = `${sts.account}:${input.Name}`
  const tags = tagsFromList(input.Tags)
  const session: Principal = {
    type: 'federated-user', account: sts.account, arn, userId: id, issuerArn: principal.arn, issuedAt: sts.now(),
    ...await sessionPolicies(sts, sts.account, input), ...Object.keys(tags).length > 0 && { sessionTags: tags },
  }
  return {
    Credentials: credentialsView(sts.state.sessions.issue(session, sts.now() + seconds * 1000)),
    FederatedUser: { FederatedUserId: id, Arn: arn }, ...packedSize(input, tags),
  }
}
