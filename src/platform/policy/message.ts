import type { Decision, PolicyRequest } from './evaluate.ts'

/**
 * AWS's words for a denial. An explicit one names the managed policy that denied (docs.aws.amazon.com/IAM, "Troubleshoot access
 * denied error messages"), where it belongs to the caller's own account.
 */
export function denialMessage(request: PolicyRequest, decision: Decision, options: { quoteResource?: boolean } = {}): string {
  const resource = options.quoteResource ? `"${request.resource}"` : request.resource
  const what = `User: ${callerOf(request)} is not authorized to perform: ${request.action} on resource: ${resource}`
  return `${what} ${reasonOf(request, decision)}`
}

function callerOf({ principal }: PolicyRequest): string {
  return principal.type === 'anonymous' ? 'anonymous' : principal.arn
}

function reasonOf(request: PolicyRequest, decision: Decision): string {
  if (!decision.explicit) return `because no ${decision.type} allows the ${request.action} action`
  const article = decision.type === 'identity-based policy' ? 'an' : 'a'
  const arn = request.principal.account === request.resourceAccount ? decision.by?.policy.arn : undefined
  return `with an explicit deny in ${article} ${decision.type}${arn ? `: ${arn}` : ''}`
}

/** Which statement decided, or which kind is missing: for logs and for DecodeAuthorizationMessage. */
export function decidedBy(decision: Decision): string {
  if (!decision.by) return `no ${decision.type} allows it`
  const { policy, sid, index } = decision.by
  return `${decision.type} ${policy.arn ?? policy.name} statement ${sid ?? index}`.replace(/ {2,}/g, ' ')
}

/** What DecodeAuthorizationMessage tells of a denial: who asked for what, with which condition keys, and the statement that decided. */
export function denialDetails({ principal, action, resource }: PolicyRequest, decision: Decision, conditions: Record<string, unknown>): object {
  const { by } = decision
  const matched = by
    ? [{ statementId: by.sid ?? '', effect: by.effect.toUpperCase(), sourcePolicyId: by.policy.arn ?? by.policy.name, sourcePolicyType: decision.type }]
    : []
  return {
    allowed: false, explicitDeny: decision.explicit, matchedStatements: { items: matched }, failures: { items: [] },
    context: {
      principal: {
        id: principal.userId, ...principal.type === 'user' && { name: principal.arn.slice(principal.arn.lastIndexOf('/') + 1) }, arn: principal.arn,
      },
      action, resource,
      conditions: { items: Object.entries(conditions).filter(([, value]) => value !== undefined)
        .map(([key, value]) => ({ key, values: { items: [value].flat().map(one => ({ value: String(one) })) } })) },
    },
  }
}
