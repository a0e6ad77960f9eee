import type { AssumableRole } from '../../contracts/identity.ts'
import type { Principal } from '../../contracts/principal.ts'
import { AwsError } from '../../platform/errors.ts'
import type { Conditions } from '../../platform/service.ts'
import { tagsFromList, type Tags } from '../../platform/tags.ts'
import { provesMfa } from './mfa.ts'
import { checkAssume, openRoleSession } from './role-session.ts'
import { AccessDenied, chainedSessionSecondsMax, checkDuration, sessionTagsMax, ValidationError, type Input, type Output, type Sts } from './state.ts'

/**
 * Opens a session of a role for whom its trust policy names; a caller of another account needs the permission in its own as well.
 * Errors: AccessDenied (also where there is no such role), ValidationError, MalformedPolicyDocument, PackedPolicyTooLarge.
 */
export async function AssumeRole(sts: Sts, input: Input<'AssumeRole'>): Output<'AssumeRole'> {
  const RoleArn = input.RoleArn!
  checkDuration(input.DurationSeconds, 43_200)
  checkAssume(input)
  if (input.ProvidedContexts && input.ProvidedContexts.length > 0) throw new ValidationError('ProvidedContexts are not supported by Fogbank.')
  const role = await sts.state.sessions.role(RoleArn)
  const refusal = new AccessDenied(`User: ${sts.principal.arn} is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`)
  // STS does not tell a caller whether a role is there.
  if (!role) throw refusal
  const tags = tagsOf(sts, input)
  const mfa = await provesMfa(sts, input)
  await authorizeBy(sts, role, { input, tags, mfa }, refusal)
  if (sts.principal.type === 'assumed-role' && (input.DurationSeconds ?? 0) > chainedSessionSecondsMax) {
    throw new ValidationError('The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining')
  }
  const more: Partial<Principal> = { ...mfa && { mfa }, ...identityKeysOf(sts.principal) }
  return openRoleSession(sts, role, input, {
    tags: tags.all, transitiveTagKeys: tags.transitive, sourceIdentity: sts.principal.sourceIdentity ?? input.SourceIdentity, more
  })
}

/** What Lambda calls for a function is known by the function: the condition key lambda:SourceFunctionArn. A chain of roles keeps no such keys. */
function identityKeysOf({ type, arn, sourceArn }: Principal): Pick<Principal, 'identityKeys'> {
  return type === 'service' && arn === 'lambda.amazonaws.com' && sourceArn !== undefined ? { identityKeys: { 'lambda:SourceFunctionArn': sourceArn } } : {}
}

interface SessionTags { given: Tags, all: Tags, transitive: string[] }

/** The session's tags: those that are asked for, and those that a chain of roles passes on, which win. */
function tagsOf(sts: Sts, input: Input<'AssumeRole'>): SessionTags {
  const given = tagsFromList(input.Tags)
  const keys = (input.Tags ?? []).map(tag => tag.Key!.toLowerCase())
  if (new Set(keys).size < keys.length) throw new ValidationError('Duplicate tag keys found. Please note that Tag keys are case insensitive.')
  if (keys.length > sessionTagsMax) {
    throw new ValidationError(
      `1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to ${sessionTagsMax}`
    )
  }
  const unknown = input.TransitiveTagKeys?.find(key => !keys.includes(key.toLowerCase()))
  if (unknown !== undefined) throw new ValidationError(`The specified transitive tag key must be included in the requested tags: ${unknown}`)
  const { transitiveTagKeys = [], sessionTags = {} } = sts.principal
  const inherited = Object.fromEntries(Object.entries(sessionTags).filter(([key]) => transitiveTagKeys.includes(key)))
  const clash = Object.keys(inherited).find(key => keys.includes(key.toLowerCase()))
  if (clash !== undefined) {
    throw new ValidationError(
      `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session: ${clash}`
    )
  }
  return { given, all: { ...given, ...inherited }, transitive: [...transitiveTagKeys, ...input.TransitiveTagKeys ?? []] }
}

interface Asked { input: Input<'AssumeRole'>, tags: SessionTags, mfa: boolean }

async function authorizeBy(sts: Sts, role: AssumableRole, { input, tags, mfa }: Asked, refusal: AwsError): Promise<void> {
  const actions = ['sts:AssumeRole']
  if (Object.keys(tags.given).length > 0) actions.push('sts:TagSession')
  if (input.SourceIdentity !== undefined) actions.push('sts:SetSourceIdentity')
  const conditions: Conditions = {
    'sts:RoleSessionName': input.RoleSessionName, 'sts:ExternalId': input.ExternalId, 'sts:SourceIdentity': input.SourceIdentity,
    'sts:DurationSeconds': input.DurationSeconds ?? 3600,
    ...Object.fromEntries(Object.entries(tags.given).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...mfa && { 'aws:MultiFactorAuthPresent': true, 'aws:MultiFactorAuthAge': 0 },
    ...Object.keys(tags.given).length > 0 && { 'aws:TagKeys': Object.keys(tags.given) },
    ...input.TransitiveTagKeys && { 'sts:TransitiveTagKeys': input.TransitiveTagKeys },
  }
  for (const action of actions) {
    try {
      await sts.in({ account: role.account })
        .authorize({ action, resource: role.arn, conditions, resourcePolicy: role.trustPolicy, resourcePolicyRequired: true, resourceTags: () => role.tags })
    } catch (error) {
      // The trust policy of a role is nothing to tell to whom it does not trust.
      if (!(error instanceof AwsError) || error.code !== 'AccessDenied') throw error
      throw action === 'sts:AssumeRole' ? refusal : new AccessDenied(refusal.message.replace('sts:AssumeRole', action))
    }
  }
}
