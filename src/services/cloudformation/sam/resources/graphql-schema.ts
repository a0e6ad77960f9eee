import { invalidResource } from '../errors.ts'
import { isIntrinsic } from '../intrinsics.ts'
import { isDict, keysOf } from '../python.ts'
import type { Dict, Value } from '../python.ts'

/** The shape of a value: `any` or `text`, with `!` where required; a map of such shapes; or many of one shape, by name or in a list. */
type Shape = string | { [name: string]: Shape } | { $each: Shape } | { $list: Shape } | { $flagOr: Shape }

const authorizer: { [name: string]: Shape } = {
  Type: 'auth!', LambdaAuthorizer: { AuthorizerResultTtlInSeconds: 'any', AuthorizerUri: 'any!', IdentityValidationExpression: 'any' },
  OpenIDConnect: { AuthTTL: 'any', ClientId: 'any', IatTTL: 'any', Issuer: 'any' },
  UserPool: { AppIdClientRegex: 'any', AwsRegion: 'any', DefaultAction: 'any', UserPoolId: 'any!' },
}
const runtime: Shape = { Name: 'any!', Version: 'any!' }
const sync: Shape = { ConflictDetection: 'any!', ConflictHandler: 'any', LambdaConflictHandlerConfig: { LambdaConflictHandlerArn: 'any!' } }

const api: { [name: string]: Shape } = {
  Auth: { ...authorizer, Additional: { $list: authorizer } }, Tags: 'map', Name: 'any', XrayEnabled: 'flag', SchemaInline: 'any', SchemaUri: 'any',
  Logging: { $flagOr: { CloudWatchLogsRoleArn: 'any', ExcludeVerboseContent: 'any', FieldLogLevel: 'any' } },
  DataSources: {
    DynamoDb: {
      $each: {
        TableName: 'any!', ServiceRoleArn: 'any', TableArn: 'any', Permissions: 'any', Name: 'any', Description: 'any', Region: 'any',
        DeltaSync: { BaseTableTTL: 'any!', DeltaSyncTableName: 'any!', DeltaSyncTableTTL: 'any!' }, UseCallerCredentials: 'any', Versioned: 'any',
      },
    },
    Lambda: { $each: { FunctionArn: 'any!', ServiceRoleArn: 'any', Name: 'any', Description: 'any' } },
  },
  Functions: {
    $each: {
      DataSource: 'text', Runtime: runtime, InlineCode: 'any', CodeUri: 'any', Description: 'any', MaxBatchSize: 'any', Name: 'plain', Id: 'any', Sync: sync
    },
  },
  Resolvers: {
    $each: {
      $each: {
        FieldName: 'plain', Caching: { Ttl: 'any!', CachingKeys: { $list: 'any' } }, InlineCode: 'any', CodeUri: 'any', MaxBatchSize: 'any',
        Pipeline: { $list: 'plain' },
        Runtime: runtime, Sync: sync,
      },
    },
  },
  ApiKeys: { $each: { ApiKeyId: 'any', Description: 'any', ExpiresOn: 'any' } }, DomainName: { CertificateArn: 'any!', DomainName: 'any!', Description: 'any' },
  Cache: { ApiCachingBehavior: 'any!', Ttl: 'any!', Type: 'any!', AtRestEncryptionEnabled: 'any', TransitEncryptionEnabled: 'any' },
  Visibility: 'any', OwnerContact: 'any', IntrospectionConfig: 'any', QueryDepthLimit: 'any', ResolverCountLimit: 'any',
}

const isPlain = (value: Value): boolean => typeof value === 'string' || typeof value === 'number'
const simple: Record<string, (value: Value) => boolean> = {
  any: () => true, map: isDict, flag: value => typeof value === 'boolean' || ['true', 'false', 'yes', 'no', 'on', 'off', '0', '1', 0, 1].includes(value),
  plain: isPlain,
  text: value => isPlain(value) || isIntrinsic(value),
  auth: value => ['AWS_IAM', 'API_KEY', 'AWS_LAMBDA', 'OPENID_CONNECT', 'AMAZON_COGNITO_USER_POOLS'].includes(value),
}
const isSet = (value: Value): boolean => value !== undefined && value !== null

/** The path of the first member that does not fit; undefined where all do. */
function misfit(shape: Shape, value: Value, path: string[]): string | undefined {
  if (typeof shape === 'string') return simple[shape.replace('!', '')]!(value) ? undefined : path.join('.')
  if ('$flagOr' in shape) return simple.flag!(value) ? undefined : misfit(shape.$flagOr as Shape, value, path)
  if ('$list' in shape) {
    if (!Array.isArray(value)) return path.join('.')
    return value.map((item, index) => misfit(shape.$list as Shape, item, [...path, String(index)])).find(found => found !== undefined)
  }
  if (!isDict(value)) return path.join('.')
  if ('$each' in shape) return keysOf(value).map(key => misfit(shape.$each as Shape, value[key], [...path, key])).find(found => found !== undefined)
  for (const [name, member] of Object.entries(shape as { [name: string]: Shape })) {
    const required = typeof member === 'string' && member.endsWith('!')
    if (!isSet(value[name]) && !(required && (!Object.hasOwn(value, name) || member !== 'any!'))) continue
    const found = isSet(value[name]) ? misfit(member, value[name], [...path, name]) : [...path, name].join('.')
    if (found !== undefined) return found
  }
  const unknown = keysOf(value).find(key => !Object.hasOwn(shape, key))
  return unknown === undefined ? undefined : [...path, unknown].join('.')
}

export function checkGraphQlApi(id: string, properties: Dict): void {
  const path = misfit(api, properties, [])
  if (path !== undefined) throw invalidResource(id, `Property '${path}' is invalid.`)
}
