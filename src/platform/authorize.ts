import type { IdentityPolicies, PolicyDocument, PrincipalPolicies } from '../contracts/identity.ts'
import type { Principal } from '../contracts/principal.ts'
import { AwsError } from './errors.ts'
import type { AuthorizationRequest, PlatformParts } from './parts.ts'
import { compilePolicy, type Policy } from './policy/compile.ts'
import { textOf, type Context } from './policy/context.ts'
import { evaluate, type Decision, type PolicyRequest, type PolicyStack } from './policy/evaluate.ts'
import { decidedBy, denialMessage } from './policy/message.ts'

/** Decides every call by the caller's policies and the resource's. Throws AccessDenied, in each service's way. */
export function createAuthorizer(policies: IdentityPolicies, now: () => number): PlatformParts['authorize'] {
  return request => {
    const found = policies.policiesOf(request.principal)
    return found instanceof Promise ? found.then(known => decide(request, known, now)) : decide(request, found, now)
  }
}

function decide(request: AuthorizationRequest, known: PrincipalPolicies, now: () => number): void {
  const { principal, resourceAccount } = request
  // The root of an account may do everything in it, unless a policy of its organization or of the resource denies it.
  const unbounded = principal.type === 'root' && principal.account === resourceAccount && !known.session && !known.serviceControl
  if (unbounded && request.resourcePolicy === undefined) return
  const context = contextOfCall(request, known, now)
  const stack = stackOf(request, known)
  for (const action of request.actions) {
    for (const resource of request.resources) {
      const asked: PolicyRequest = { principal, action, resource, resourceAccount, context, ...request.resourcePolicyRequired && { resourcePolicyRequired: true } }
      const decision = evaluate(asked, stack)
      if (!decision.allowed) throw denial(request.service, asked, decision)
    }
  }
}

const compiled = ({ document, ...name }: PolicyDocument): Policy => compilePolicy(document, name)

function stackOf(request: AuthorizationRequest, known: PrincipalPolicies): PolicyStack {
  const { identity, boundary, session, serviceControl } = known
  return {
    ...identity && { identity: identity.map(compiled) },
    ...boundary && { boundary: compiled(boundary) },
    ...session && { session: session.map(compiled) },
    ...serviceControl && { serviceControl: serviceControl.map(level => level.map(compiled)) },
    ...request.resourcePolicy !== undefined && { resource: compilePolicy(request.resourcePolicy) },
  }
}

const principalTypes: Partial<Record<Principal['type'], string>> = {
  root: 'Account', user: 'User', 'assumed-role': 'AssumedRole', 'federated-user': 'FederatedUser', anonymous: 'Anonymous',
}

type Fact = (request: AuthorizationRequest, known: PrincipalPolicies, now: () => number) => string | number | boolean | undefined

/** Global condition keys, worked out only where a policy asks for them. */
const facts: Record<string, Fact> = {
  'aws:principalarn': ({ principal }) => principal.type === 'service' || principal.type === 'anonymous' ? undefined : principal.roleArn ?? principal.arn,
  'aws:principalaccount': ({ principal }) => principal.type === 'service' ? undefined : principal.account || undefined,
  'aws:principaltype': ({ principal }) => principalTypes[principal.type],
  'aws:principalisawsservice': ({ principal }) => principal.type === 'service',
  'aws:principalservicename': ({ principal }) => principal.type === 'service' ? principal.arn : undefined,
  'aws:userid': ({ principal }) => principal.userId || undefined,
  'aws:username': ({ principal }) => principal.type === 'user' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined,
  'aws:sourceidentity': ({ principal }) => principal.sourceIdentity,
  'aws:sourceip': ({ sourceIp }) => sourceIp,
  'aws:useragent': ({ userAgent }) => userAgent,
  'aws:requestedregion': ({ region }) => region || undefined,
  'aws:securetransport': ({ secureTransport }) => secureTransport,
  'aws:currenttime': (_request, _known, now) => new Date(now()).toISOString(),
  'aws:epochtime': (_request, _known, now) => Math.floor(now() / 1000),
  'aws:sourcearn': ({ principal }) => principal.sourceArn,
  'aws:sourceaccount': ({ principal }) => principal.type === 'service' && principal.sourceArn ? principal.sourceArn.split(':')[4] || principal.account : undefined,
  // Long-term keys carry no word on MFA, so the key is absent there: BoolIfExists depends on that.
  'aws:multifactorauthpresent': ({ principal }) => principal.issuedAt === undefined ? undefined : principal.mfa ?? false,
  'aws:tokenissuetime': ({ principal }) => principal.issuedAt === undefined ? undefined : new Date(principal.issuedAt).toISOString(),
  'aws:resourceaccount': ({ resourceAccount }) => resourceAccount || undefined,
  'aws:viaawsservice': ({ principal }) => principal.type === 'service',
}

const principalTag = 'aws:principaltag/'

function contextOfCall(request: AuthorizationRequest, known: PrincipalPolicies, now: () => number): Context {
  const own = new Map<string, string | readonly string[]>()
  for (const [name, value] of Object.entries(request.conditions)) if (value !== undefined) own.set(name.toLowerCase(), textOf(value))
  let tags: Map<string, string> | undefined
  return {
    get(key) {
      if (own.has(key)) return own.get(key)
      if (key.startsWith(principalTag)) {
        const all = { ...known.tags, ...request.principal.sessionTags }
        tags ??= new Map(Object.entries(all).map(([name, value]) => [name.toLowerCase(), value]))
        return tags.get(key.slice(principalTag.length))
      }
      const value = facts[key]?.(request, known, now)
      return value === undefined ? undefined : String(value)
    },
  }
}

// Services whose errors are those of the query protocol and S3, where the code has no "Exception".
const shortCodes = new Set([
  'iam', 'sts', 's3', 's3control', 'sqs', 'cloudformation', 'cloudwatch', 'monitoring', 'ses', 'email', 'autoscaling', 'elasticloadbalancing',
  'elasticloadbalancingv2', 'rds', 'elasticache', 'redshift', 'route53', 'cloudfront',
])

// JSON services answer every error of the caller with 400, this one too.
const jsonServices = new Set([
  'dynamodb', 'kinesis', 'logs', 'events', 'eventbridge', 'sfn', 'stepfunctions', 'states', 'secretsmanager', 'ssm', 'kms', 'cognito-idp', 'cognitoidentityprovider',
  'ecs', 'ecr', 'firehose', 'cloudtrail', 'organizations', 'athena', 'glue',
])

function denial(service: string, request: PolicyRequest, decision: Decision): AwsError {
  const own = request.principal.account === request.resourceAccount && decision.explicit && decision.by?.policy.arn === undefined
  const message = denialMessage(request, decision, { quoteResource: service === 's3' }) + (own ? ` (${decidedBy(decision)})` : '')
  if (service === 'sns') return new AwsError('AuthorizationError', message, { status: 403 })
  if (service === 'ec2') return new AwsError('UnauthorizedOperation', message, { status: 403 })
  const code = shortCodes.has(service) ? 'AccessDenied' : 'AccessDeniedException'
  return new AwsError(code, message, { status: jsonServices.has(service) ? 400 : 403 })
}
