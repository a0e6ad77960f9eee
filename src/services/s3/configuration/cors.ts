import type { CORSRule } from '@aws-sdk/client-s3'
import type { CrossOriginAnswer, CrossOriginRequest } from '../../../contracts/cross-origin.ts'
import { AwsError } from '../../../platform/errors.ts'
import { malformedXml, type S3Scope } from '../state.ts'

export const corsRulesMax = 100
const methods = ['GET', 'PUT', 'POST', 'DELETE', 'HEAD']

const invalidRequest = (message: string) => new AwsError('InvalidRequest', message, { status: 400 })

/** Throws for rules that S3 does not take. */
export function checkRules(rules: CORSRule[]): void {
  if (rules.length === 0 || rules.length > corsRulesMax) throw malformedXml()
  for (const { AllowedMethods = [], AllowedOrigins = [], AllowedHeaders = [], ExposeHeaders = [], ID = '' } of rules) {
    if (AllowedMethods.length === 0 || AllowedOrigins.length === 0 || ID.length > 255) throw malformedXml()
    const unsupported = AllowedMethods.find(method => !methods.includes(method))
    if (unsupported !== undefined) throw invalidRequest(`Found unsupported HTTP method in CORS config. Unsupported method is ${unsupported}`)
    for (const [kind, values] of [['AllowedOrigin', AllowedOrigins], ['AllowedHeader', AllowedHeaders]] as const) {
      const wild = values.find(value => value.split('*').length > 2)
      if (wild !== undefined) throw invalidRequest(`${kind} "${wild}" can not have more than one wildcard.`)
    }
    const exposed = ExposeHeaders.find(name => name.includes('*'))
    if (exposed !== undefined) throw invalidRequest(`ExposeHeader "${exposed}" contains wildcard. We currently do not support wildcard for ExposeHeader.`)
  }
}

/** A pattern of a rule, in which one `*` stands for any text. */
function matches(pattern: string, text: string): boolean {
  const [start, end] = pattern.split('*') as [string, string?]
  return end === undefined ? pattern === text : text.length >= start.length + end.length && text.startsWith(start) && text.endsWith(end)
}

const refused = (message: string, { method, key }: CrossOriginRequest): CrossOriginAnswer => ({
  headers: {},
  refusal: new AwsError('AccessForbidden', `CORSResponse: ${message}`, {
    status: 403, fields: { Method: method, ResourceType: key === '' ? 'BUCKET' : 'OBJECT' }
  }),
})

/**
 * What a bucket tells a browser about a page of another origin, by the first of its rules that fits; undefined where there is no such bucket.
 * docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html, "How does Amazon S3 evaluate the CORS configuration on a bucket?"
 */
export async function crossOrigin(s3: S3Scope, request: CrossOriginRequest): Promise<CrossOriginAnswer | undefined> {
  const { bucket, origin, method, requestHeaders } = request
  const row = await s3.tables.buckets.get(bucket)
  if (!row) return undefined
  const rules = row.configuration.cors as CORSRule[] | undefined
  if (!rules) return refused('CORS is not enabled for this bucket.', request)
  const rule = rules.find(({ AllowedMethods, AllowedOrigins, AllowedHeaders = [] }) => AllowedMethods!.includes(method)
    && AllowedOrigins!.some(pattern => matches(pattern, origin))
    && requestHeaders.every(name => AllowedHeaders.some(pattern => matches(pattern.toLowerCase(), name.toLowerCase()))))
  if (!rule) {
    return refused('This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method '
      + 'or Access-Control-Request-Headers are not whitelisted by the resource\'s CORS spec.', request)
  }
  const anyOrigin = rule.AllowedOrigins!.find(pattern => matches(pattern, origin)) === '*'
  return { headers: {
    'access-control-allow-origin': anyOrigin ? '*' : origin, ...!anyOrigin && { 'access-control-allow-credentials': 'true' },
    'access-control-allow-methods': rule.AllowedMethods!.join(', '),
    ...requestHeaders.length > 0 && { 'access-control-allow-headers': requestHeaders.join(', ').toLowerCase() },
    ...rule.ExposeHeaders?.length && { 'access-control-expose-headers': rule.ExposeHeaders.join(', ') },
    ...rule.MaxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.MaxAgeSeconds) },
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  } }
}
