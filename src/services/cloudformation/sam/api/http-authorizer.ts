import { invalidResource } from '../errors.ts'
import { sub } from '../intrinsics.ts'
import { entriesOf, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { expectListOf, expectResource } from '../resource.ts'

/** An authorizer of an HTTP API. */
export interface HttpAuthorizer { name: string, type: 'AWS_IAM' | 'JWT' | 'REQUEST', config: Dict, jwt: Dict | undefined }

/** Each property, the type of authorizer that it belongs to, and how an error speaks of that. */
const belongs: [string, 'JWT' | 'REQUEST', string][] = [
  ['AuthorizationScopes', 'JWT', 'OAuth2 Authorizer'], ['JwtConfiguration', 'JWT', 'OAuth2 Authorizer'],
  ['IdentitySource', 'JWT', "OAuth2 Authorizer. For Lambda Authorizer, use the 'Identity' property instead"], ['FunctionArn', 'REQUEST', 'Lambda Authorizer'],
  ['FunctionInvokeRole', 'REQUEST', 'Lambda Authorizer'], ['Identity', 'REQUEST', 'Lambda Authorizer'],
  ['AuthorizerPayloadFormatVersion', 'REQUEST', 'Lambda Authorizer'],
  ['EnableSimpleResponses', 'REQUEST', 'Lambda Authorizer'], ['EnableFunctionDefaultPermissions', 'REQUEST', 'Lambda Authorizer'],
]
const isSet = (value: Value): boolean => value !== undefined && value !== null

function readAuthorizer(apiId: string, name: string, config: Dict): HttpAuthorizer {
  const refuse = (text: string) => invalidResource(apiId, text)
  if ('OpenIdConnectUrl' in config) {
    throw refuse(`'OpenIdConnectUrl' is no longer a supported property for authorizer '${name}'. Please refer to the AWS SAM documentation.`)
  }
  const jwt = truthy(config.JwtConfiguration)
    ? Object.fromEntries(entriesOf(expectResource(config.JwtConfiguration, apiId, 'JwtConfiguration', 'map'))
      .map(([key, value]) => [key.toLowerCase(), value]))
    : undefined
  const type = jwt ? 'JWT' : 'REQUEST'
  if (isSet(config.AuthorizationScopes) && !Array.isArray(config.AuthorizationScopes)) throw refuse('AuthorizationScopes must be a list.')
  for (const [property, owner, words] of belongs) {
    const given = property === 'JwtConfiguration' ? jwt : config[property]
    if (isSet(given) && owner !== type) throw refuse(`${property} is only supported for ${words}.`)
  }
  if (type === 'JWT' && !truthy(config.IdentitySource)) throw refuse(`${name} OAuth2 Authorizer must define 'IdentitySource'.`)
  if (type === 'REQUEST' && !truthy(config.FunctionArn)) throw refuse(`${name} Lambda Authorizer must define 'FunctionArn'.`)
  if (type === 'REQUEST' && !truthy(config.AuthorizerPayloadFormatVersion)) {
    throw refuse(`${name} Lambda Authorizer must define 'AuthorizerPayloadFormatVersion'.`)
  }
  if (isSet(config.EnableFunctionDefaultPermissions)) {
    expectResource(config.EnableFunctionDefaultPermissions, apiId, `Authorizers.${name}.EnableFunctionDefaultPermissions`, 'boolean')
  }
  return { name, type, config, jwt }
}

export function readHttpAuthorizers(apiId: string, auth: Dict): HttpAuthorizer[] {
  const iam: HttpAuthorizer[] = auth.EnableIamAuthorizer === true ? [{ name: 'AWS_IAM', type: 'AWS_IAM', config: {}, jwt: undefined }] : []
  if (!truthy(auth.Authorizers)) return iam
  expectResource(auth.Authorizers, apiId, 'Auth.Authorizers', 'map')
  return [
    ...iam,
    ...entriesOf(auth.Authorizers).map(([name, config]) => readAuthorizer(apiId, name, expectResource(config, apiId, `Auth.Authorizers.${name}`, 'map')))
  ]
}

const sources: [string, string][] = [
  ['Headers', '$request.header.'], ['QueryStrings', '$request.querystring.'], ['StageVariables', '$stageVariables.'], ['Context', '$context.']
]

/** The authorizer as the API's definition describes it. */
export function securityScheme(apiId: string, { name, type, config, jwt }: HttpAuthorizer, partition: string): Dict {
  const key = 'x-amazon-apigateway-authorizer'
  if (type === 'AWS_IAM') return { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' }
  if (type === 'JWT') return { type: 'oauth2', [key]: { jwtConfiguration: jwt, identitySource: config.IdentitySource, type: 'jwt' } }
  const uri = `arn:${partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${__FunctionArn__}/invocations`
  const details: Dict = { type: 'request', authorizerUri: sub(uri, { __FunctionArn__: config.FunctionArn }) }
  if (truthy(config.FunctionInvokeRole) && config.FunctionInvokeRole !== 'NONE') details.authorizerCredentials = config.FunctionInvokeRole
  const identity = config.Identity
  if (truthy(identity)) {
    expectResource(identity, apiId, `Auth.Authorizers.${name}.Identity`, 'map')
    if (isSet(identity.ReauthorizeEvery)) details.authorizerResultTtlInSeconds = identity.ReauthorizeEvery
    details.identitySource = sources.filter(([property]) => truthy(identity[property])).flatMap(([property, prefix]) =>
      expectListOf(identity[property], apiId, `Authorizers.${name}.Identity.${property}`, 'string').map(value => prefix + value))
  }
  details.authorizerPayloadFormatVersion = config.AuthorizerPayloadFormatVersion
  if (truthy(config.EnableSimpleResponses)) details.enableSimpleResponses = config.EnableSimpleResponses
  return { type: 'apiKey', name: 'Unused', in: 'header', [key]: details }
}

