import type { Membership, PrincipalPolicies } from '../contracts/identity.ts'
import type { Principal } from '../contracts/principal.ts'
import type { AuthorizationRequest } from './parts.ts'
import { textOf, type Context } from './policy/context.ts'
import type { Conditions } from './service.ts'

// The condition keys of a call (docs.aws.amazon.com/IAM, "AWS global condition context keys"), worked out only where a policy asks for them.

/** What the keys of a call are made from. */
export interface CallFacts {
  request: AuthorizationRequest
  known: PrincipalPolicies
  /** Milliseconds since 1970. */
  now: () => number
  organizationOf?: ((account: string) => Membership | undefined) | undefined
}

const principalTypes: Partial<Record<Principal['type'], string>> = {
  root: 'Account', user: 'User', 'assumed-role': 'AssumedRole', 'federated-user': 'FederatedUser', anonymous: 'Anonymous',
}

type Value = string | number | boolean | readonly string[] | undefined
type Fact = (request: AuthorizationRequest, now: () => number) => Value

const facts: Record<string, Fact> = {
  'aws:principalarn': ({ principal }) => principal.type === 'service' || principal.type === 'anonymous' ? undefined : principal.roleArn ?? principal.arn,
  'aws:principalaccount': ({ principal }) => principal.type === 'service' ? undefined : principal.account || undefined,
  'aws:principaltype': ({ principal }) => principalTypes[principal.type],
  'aws:principalisawsservice': ({ principal }) => principal.type === 'service',
  'aws:principalservicename': ({ principal }) => principal.type === 'service' ? principal.arn : undefined,
  'aws:principalservicenameslist': ({ principal }) => principal.type === 'service' ? [principal.arn] : undefined,
  'aws:userid': ({ principal }) => principal.userId || undefined,
  'aws:username': ({ principal }) => principal.type === 'user' ? principal.arn.slice(principal.arn.lastIndexOf('/') + 1) : undefined,
  'aws:sourceidentity': ({ principal }) => principal.sourceIdentity,
  'aws:federatedprovider': ({ principal }) => principal.federatedProvider,
  'aws:sourceip': ({ sourceIp }) => sourceIp?.replace(/^::ffff:(?=\d+\.)/, ''),
  'aws:useragent': ({ userAgent }) => userAgent,
  'aws:requestedregion': ({ region }) => region || undefined,
  'aws:securetransport': ({ secureTransport }) => secureTransport,
  'aws:currenttime': (_request, now) => new Date(now()).toISOString(),
  'aws:epochtime': (_request, now) => Math.floor(now() / 1000),
  'aws:sourcearn': ({ principal }) => principal.sourceArn,
  'aws:sourceaccount': ({ principal }) => principal.type === 'service' && principal.sourceArn
    ? principal.sourceArn.split(':')[4] || principal.account
    : undefined,
  // Long-term keys carry no word on MFA, so the key is absent there: BoolIfExists depends on that.
  'aws:multifactorauthpresent': ({ principal }) => principal.issuedAt === undefined ? undefined : principal.mfa ?? false,
  'aws:multifactorauthage': ({ principal }, now) => principal.mfa && principal.issuedAt !== undefined
    ? Math.floor((now() - principal.issuedAt) / 1000)
    : undefined,
  'aws:tokenissuetime': ({ principal }) => principal.issuedAt === undefined ? undefined : new Date(principal.issuedAt).toISOString(),
  'aws:resourceaccount': ({ resourceAccount }) => resourceAccount || undefined,
  'aws:viaawsservice': ({ calledVia }) => calledVia !== undefined && calledVia.length > 0,
  'aws:calledvia': ({ calledVia }) => calledVia,
  'aws:calledviafirst': ({ calledVia }) => calledVia?.[0],
  'aws:calledvialast': ({ calledVia }) => calledVia?.at(-1),
  'aws:tagkeys': ({ input }) => tagKeysOf(input),
}

type Place = keyof Pick<Membership, 'organizationId' | 'path'>
type OrganizationFact = [place: Place, account: (request: AuthorizationRequest) => string | undefined]

const ofPrincipal = ({ principal }: AuthorizationRequest) => principal.type === 'service' ? undefined : principal.account
const ofResource = ({ resourceAccount }: AuthorizationRequest) => resourceAccount
const ofSource = (request: AuthorizationRequest) => facts['aws:sourceaccount']!(request, Date.now) as string | undefined

/** The keys that say where in an organization an account is; those of paths have a list of values. */
const organizationFacts: Record<string, OrganizationFact> = {
  'aws:principalorgid': ['organizationId', ofPrincipal], 'aws:principalorgpaths': ['path', ofPrincipal],
  'aws:resourceorgid': ['organizationId', ofResource], 'aws:resourceorgpaths': ['path', ofResource],
  'aws:sourceorgid': ['organizationId', ofSource], 'aws:sourceorgpaths': ['path', ofSource],
}

const principalTag = 'aws:principaltag/'
const requestTag = 'aws:requesttag/'
// `aws:ResourceTag/team`, and the older keys of single services: `iam:ResourceTag/team`, `ssm:resourceTag/team`; of objects `s3:ExistingObjectTag/team`.
const resourceTag = /^(?:[a-z0-9-]+:resourcetag|s3:existingobjecttag)\/(.+)$/

/** The keys of one call. `tagsAsked` turns true when a policy asks for tags of the resource that are not read yet. */
export interface CallContext extends Context { tagsAsked: boolean }

export function contextOfCall({ request, known, now, organizationOf }: CallFacts, resourceTags: Record<string, string> | undefined): CallContext {
  let own: Map<string, string | readonly string[]> | undefined
  const context: CallContext = {
    tagsAsked: false,
    get(key) {
      own ??= ownKeys(request.conditions)
      const given = own.get(key)
      if (given !== undefined) return given
      const fact = facts[key]
      if (fact) {
        const value = fact(request, now)
        return value === undefined ? undefined : textOf(value)
      }
      const organizationFact = organizationFacts[key]
      if (organizationFact) {
        const [place, account] = organizationFact
        const value = organizationOf?.(account(request) ?? '')?.[place]
        return value === undefined || place === 'organizationId' ? value : [value]
      }
      if (key.startsWith(principalTag)) return tagNamed({ ...known.tags, ...request.principal.sessionTags }, key.slice(principalTag.length))
      if (key.startsWith(requestTag)) return tagNamed(requestTagsOf(request.input), key.slice(requestTag.length))
      const tag = resourceTag.exec(key)?.[1]
      if (tag !== undefined) {
        if (resourceTags === undefined && request.resourceTags) context.tagsAsked = true
        return tagNamed(resourceTags, tag)
      }
      return identityKeyOf(request.principal, key)
    },
  }
  return context
}

function ownKeys(conditions: Conditions): Map<string, string | readonly string[]> {
  const keys = new Map<string, string | readonly string[]>()
  for (const name in conditions) if (conditions[name] !== undefined) keys.set(name.toLowerCase(), textOf(conditions[name]))
  return keys
}

/** Tag keys in policies are compared without regard to case; the last of those that differ in case alone counts. */
function tagNamed(tags: Record<string, string> | undefined, lowered: string): string | undefined {
  let found: string | undefined
  for (const name in tags) if (name.toLowerCase() === lowered) found = tags[name]
  return found
}

function identityKeyOf({ identityKeys }: Principal, key: string): string | readonly string[] | undefined {
  for (const name in identityKeys) if (name.toLowerCase() === key) return identityKeys[name]
  return undefined
}

const text = (value: unknown): string | undefined => typeof value === 'string' ? value : undefined

/** The tags that an input brings, in whichever form its service has: a list of keys and values, or a map. */
function requestTagsOf(input: any): Record<string, string> | undefined {
  const given = input?.Tags ?? input?.tags ?? input?.TagList ?? input?.TagSpecifications?.flatMap?.((one: any) => one?.Tags ?? [])
  if (given === undefined || given === null || typeof given !== 'object') return undefined
  if (!Array.isArray(given)) return given
  const tags: Record<string, string> = {}
  for (const tag of given) {
    const key = text(tag?.Key ?? tag?.key ?? tag?.TagKey)
    if (key !== undefined) tags[key] = text(tag.Value ?? tag.value ?? tag.TagValue) ?? ''
  }
  return tags
}

function tagKeysOf(input: any): string[] | undefined {
  const removed = input?.TagKeys ?? input?.tagKeys
  const keys = [...Object.keys(requestTagsOf(input) ?? {}), ...Array.isArray(removed) ? removed.map(String) : []]
  return keys.length > 0 ? keys : undefined
}
