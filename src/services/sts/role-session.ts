import type { AssumableRole } from '../../contracts/identity.ts'
import type { Principal } from '../../contracts/principal.ts'
import type { Tags } from '../../platform/tags.ts'
import { packedSize, sessionPolicies } from './session-policies.ts'
import { credentialsView, ValidationError, type Sts } from './state.ts'

/** What every way of assuming a role asks for. */
export interface AssumeInput {
  RoleArn: string | undefined
  RoleSessionName: string | undefined
  Policy?: string | undefined
  PolicyArns?: { arn?: string | undefined }[] | undefined
  DurationSeconds?: number | undefined
}

export interface SessionFacts {
  tags: Tags
  transitiveTagKeys: string[]
  sourceIdentity: string | undefined
  more?: Partial<Principal>
}

/** Refuses what no role's session may be called, and what is no role. */
export function checkAssume({ RoleArn, RoleSessionName }: AssumeInput): void {
  if (!/^[\w+=,.@-]{2,64}$/.test(RoleSessionName!)) {
    throw new ValidationError(
      `1 validation error detected: Value '${RoleSessionName}' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression ` +
      `pattern: [\\w+=,.@-]*`
    )
  }
  if (!/^arn:[a-z-]+:iam::\d{12}:role\/.+/.test(RoleArn!)) throw new ValidationError(`${RoleArn} is invalid`)
}

/** Opens the session of a role that may be assumed, and answers it. */
export async function openRoleSession(sts: Sts, role: AssumableRole, input: AssumeInput, facts: SessionFacts) {
  const { tags, transitiveTagKeys, sourceIdentity, more } = facts
  const durationSeconds = input.DurationSeconds ?? 3600
  if (durationSeconds > role.maxSessionDurationSeconds) {
    throw new ValidationError('The requested DurationSeconds exceeds the MaxSessionDuration set for this role.')
  }
  const assumedRoleId = `${role.roleId}:${input.RoleSessionName}`
  const arn = `arn:${role.arn.split(':')[1]}:sts::${role.account}:assumed-role/${role.name}/${input.RoleSessionName}`
  const principal: Principal = {
    type: 'assumed-role', account: role.account, arn, userId: assumedRoleId, roleArn: role.arn, issuedAt: sts.now(),
    ...await sessionPolicies(sts, role.account, input), ...Object.keys(tags).length > 0 && { sessionTags: tags },
    ...transitiveTagKeys.length > 0 && { transitiveTagKeys },
    ...sourceIdentity !== undefined && { sourceIdentity }, ...more,
  }
  return {
    Credentials: credentialsView(sts.state.sessions.issue(principal, sts.now() + durationSeconds * 1000)),
    AssumedRoleUser: { AssumedRoleId: assumedRoleId, Arn: arn },
    ...packedSize(input, tags), ...sourceIdentity !== undefined && { SourceIdentity: sourceIdentity },
  }
}
