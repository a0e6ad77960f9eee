import type { IdentityPolicies, PolicyDocument, PrincipalPolicies } from '../contracts/identity.ts'
import { contextOfCall, type CallFacts } from './condition-keys.ts'
import { AwsError } from './errors.ts'
import type { AuthorizationRequest, PlatformParts } from './parts.ts'
import { compilePolicy, type Policy } from './policy/compile.ts'
import type { Context } from './policy/context.ts'
import { evaluate, type Decision, type PolicyRequest, type PolicyStack } from './policy/evaluate.ts'
import { decidedBy, denialDetails, denialMessage } from './policy/message.ts'

/** Decides every call by the caller's policies and the resource's. Throws AccessDenied, in each service's way. */
export function createAuthorizer(policies: IdentityPolicies, now: () => number): PlatformParts['authorize'] {
  return request => {
    policies.used?.(request.principal, request.actions[0]?.split(':', 1)[0] ?? request.service, request.region)
    const found = policies.policiesOf(request.principal)
    return found instanceof Promise ? found.then(known => decide(request, known, { policies, now })) : decide(request, found, { policies, now })
  }
}

const factsOf = (request: AuthorizationRequest, known: PrincipalPolicies, { policies, now }: Decider): CallFacts =>
  ({ request, known, now, organizationOf: policies.organizationOf })

interface Decider { policies: IdentityPolicies, now: () => number }

function decide(request: AuthorizationRequest, known: PrincipalPolicies, by: Decider): void | Promise<void> {
  const { principal, resourceAccount } = request
  // The root of an account may do everything in it, unless a policy of its organization or of the resource denies it.
  const unbounded = principal.type === 'root' && principal.account === resourceAccount && !known.session && !known.serviceControl
  if (unbounded && request.resourcePolicy === undefined) return
  const stack = stackOf(request, known)
  const context = contextOfCall(factsOf(request, known, by), undefined)
  const refusal = firstRefusal(request, stack, context)
  if (context.tagsAsked) return decideWithTags(request, known, stack, by)
  if (refusal) throw refusal(by)
}

/** Decides again with the resource's tags, which are read only for policies that speak of them. */
async function decideWithTags(request: AuthorizationRequest, known: PrincipalPolicies, stack: PolicyStack, by: Decider): Promise<void> {
  const refusal = firstRefusal(request, stack, contextOfCall(factsOf(request, known, by), await request.resourceTags?.() ?? {}))
  if (refusal) throw refusal(by)
}

function firstRefusal(request: AuthorizationRequest, stack: PolicyStack, context: Context): ((by: Decider) => AwsError) | undefined {
  const { principal, resourceAccount } = request
  for (const action of request.actions) {
    for (const resource of request.resources) {
      const asked: PolicyRequest = {
        principal, action, resource, resourceAccount, context, ...request.resourcePolicyRequired && { resourcePolicyRequired: true },
      }
      const decision = evaluate(asked, stack)
      if (!decision.allowed) return by => denial(request, asked, decision, by)
    }
  }
  return undefined
}

const compiled = ({ document, ...name }: PolicyDocument): Policy => compilePolicy(document, name)

/** Compiled once for as long as the provider of identities holds the caller's policies: it makes a new object at each change. */
const stacks = new WeakMap<PrincipalPolicies, PolicyStack>()

function stackOf(request: AuthorizationRequest, known: PrincipalPolicies): PolicyStack {
  let stack = stacks.get(known)
  if (!stack) {
    const { identity, boundary, session, serviceControl } = known
    stack = {
      ...identity && { identity: identity.map(compiled) },
      ...boundary && { boundary: compiled(boundary) },
      ...session && { session: session.map(compiled) },
      ...serviceControl && { serviceControl: serviceControl.map(level => level.map(compiled)) },
    }
    stacks.set(known, stack)
  }
  return request.resourcePolicy === undefined ? stack : { ...stack, resource: compilePolicy(request.resourcePolicy) }
}

// Services whose errors are those of the query protocol and S3, where the code has no "Exception".
const shortCodes = new Set([
  'iam', 'sts', 's3', 's3control', 'sqs', 'cloudformation', 'cloudwatch', 'monitoring', 'ses', 'email', 'autoscaling', 'elasticloadbalancing',
  'elasticloadbalancingv2', 'rds', 'elasticache', 'redshift', 'route53', 'cloudfront',
])

// JSON services answer every error of the caller with 400, this one too.
const jsonServices = new Set([
  'dynamodb', 'kinesis', 'logs', 'events', 'eventbridge', 'sfn', 'stepfunctions', 'states', 'secretsmanager', 'ssm', 'kms', 'cognito-idp',
  'cognitoidentityprovider',
  'ecs', 'ecr', 'firehose', 'cloudtrail', 'organizations', 'athena', 'glue',
])

function denial({ service, conditions }: AuthorizationRequest, request: PolicyRequest, decision: Decision, { policies }: Decider): AwsError {
  const own = request.principal.account === request.resourceAccount && decision.explicit && decision.by?.policy.arn === undefined
  const message = denialMessage(request, decision, { quoteResource: service === 's3' }) + (own ? ` (${decidedBy(decision)})` : '')
  if (service === 'sns') return new AwsError('AuthorizationError', message, { status: 403 })
  if (service === 'ec2') {
    const encoded = policies.encodeMessage?.(denialDetails(request, decision, conditions))
    const words =
      `You are not authorized to perform this operation. ${message}.${encoded === undefined ? '' : ` Encoded authorization failure message: ${encoded}`}`
    return new AwsError('UnauthorizedOperation', words, { status: 403 })
  }
  const code = shortCodes.has(service) ? 'AccessDenied' : 'AccessDeniedException'
  return new AwsError(code, message, { status: jsonServices.has(service) ? 400 : 403 })
}
