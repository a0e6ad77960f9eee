import { invalidResource } from '../errors.ts'
import { sub } from '../intrinsics.ts'
import { entriesOf, isDict, pyDict, pyStr, put, textFlag, textsFromTemplate, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { expectResource } from '../resource.ts'

/** An authorizer of a REST API. */
export interface Authorizer { name: string, config: Dict, isIam: boolean, scopes: Value }

const identitySources: [string, string][] = [
  ['Headers', 'method.request.header.'], ['QueryStrings', 'method.request.querystring.'], ['StageVariables', 'stageVariables.'], ['Context', 'context.'],
]

function hasNoSource(apiId: string, name: string, identity: Value): boolean {
  if (!truthy(identity)) return true
  expectResource(identity, apiId, `Authorizer.${name}.Identity`, 'map')
  const none = identitySources.every(([property]) => !truthy(identity[property]))
  const ttl = identity.ReauthorizeEvery
  const isNumber = typeof ttl === 'number' || typeof ttl === 'boolean' || (typeof ttl === 'string' && /^\s*[-+]?\d+\s*$/.test(ttl))
  return isNumber ? Math.trunc(Number(ttl)) > 0 && none : none
}

function checked(apiId: string, name: string, config: Dict): Authorizer {
  const type = config.FunctionPayloadType
  if (type !== undefined && type !== null && type !== 'TOKEN' && type !== 'REQUEST') {
    throw invalidResource(apiId, `${name} Authorizer has invalid 'FunctionPayloadType': ${pyStr(type)}.`)
  }
  if (type === 'REQUEST' && hasNoSource(apiId, name, config.Identity)) {
    throw invalidResource(apiId, `${name} Authorizer must specify Identity with at least one of Headers, QueryStrings, StageVariables, or Context.`)
  }
  const scopes = config.AuthorizationScopes ?? []
  expectResource(scopes, apiId, `Authorizers.${name}.AuthorizationScopes`, 'list')
  const disabled = config.DisableFunctionDefaultPermissions
  if (disabled !== undefined && disabled !== null) expectResource(disabled, apiId, `Authorizers.${name}.DisableFunctionDefaultPermissions`, 'boolean')
  return { name, config, isIam: false, scopes }
}

/** The API's authorizers, IAM among them where it is the default; undefined where there are none. */
export function readAuthorizers(apiId: string, config: Value, defaultAuthorizer?: Value): Authorizer[] | undefined {
  const iam: Authorizer[] = defaultAuthorizer === 'AWS_IAM' ? [{ name: 'AWS_IAM', config: {}, isIam: true, scopes: [] }] : []
  if (!truthy(config)) return iam.length > 0 ? iam : undefined
  expectResource(config, apiId, 'Auth.Authorizers', 'map')
  return [...iam, ...entriesOf(config).map(([name, each]) => checked(apiId, name, expectResource(each, apiId, `Auth.Authorizers.${name}`, 'map')))]
}

function identitySource(apiId: string, name: string, identity: Dict): string {
  return identitySources.flatMap(([property, prefix]) => {
    const values = identity[property]
    if (!truthy(values)) return []
    const path = `Auth.Authorizers.${name}.Identity.${property}`
    expectResource(values, apiId, path, 'list')
    return values.map((value: Value, index: number) => prefix + expectResource(value, apiId, `${path}[${index}]`, 'string'))
  }).join(', ')
}

function headerName(apiId: string, { config }: Authorizer, payload: string, isLambda: boolean): { value: Value, flag: 'v' | '' } {
  if (isLambda && payload === 'REQUEST') return { value: 'Unused', flag: '' }
  const identity = config.Identity
  if (truthy(identity) && !isDict(identity)) {
    throw invalidResource(apiId, 'Auth.Authorizers.<Authorizer>.Identity must be a dict '
      + '(LambdaTokenAuthorizationIdentity, LambdaRequestAuthorizationIdentity or CognitoAuthorizationIdentity).')
  }
  return truthy(identity?.Header) ? { value: identity.Header, flag: 'v' } : { value: 'Authorization', flag: '' }
}

/** The authorizer as the API's definition describes it. */
export function securityDefinition(apiId: string, authorizer: Authorizer, partition: string): Dict {
  const { config } = authorizer
  const type = authorizer.isIam ? 'iam' : truthy(config.UserPoolArn) ? 'cognito' : 'lambda'
  const payload = config.FunctionPayloadType || 'TOKEN'
  const header = headerName(apiId, authorizer, payload, type === 'lambda')
  const result = pyDict({ type: 'apiKey' })
  put(result, 'name', header.value, header.flag)
  put(result, 'in', 'header')
  put(result, 'x-amazon-apigateway-authtype', { iam: 'awsSigv4', cognito: 'cognito_user_pools', lambda: 'custom' }[type])
  if (type === 'iam') return result
  const key = 'x-amazon-apigateway-authorizer'
  if (type === 'cognito') {
    const details = pyDict({ type: 'cognito_user_pools' })
    put(details, 'providerARNs', Array.isArray(config.UserPoolArn) ? config.UserPoolArn : textsFromTemplate([config.UserPoolArn]))
    put(result, key, details)
  } else put(result, key, lambdaDetails(apiId, authorizer, payload, partition))
  if (type === 'cognito' || payload === 'TOKEN') {
    const expression = truthy(config.Identity) ? config.Identity.ValidationExpression : undefined
    if (truthy(expression)) put(result[key], 'identityValidationExpression', expression, 'v')
  }
  return result
}

function lambdaDetails(apiId: string, { name, config }: Authorizer, payload: string, partition: string): Dict {
  const details = pyDict({ type: payload === 'REQUEST' ? 'request' : 'token' })
  const variables: Dict = {}
  put(variables, '__FunctionArn__', config.FunctionArn ?? null, textFlag(config, 'FunctionArn'))
  put(details, 'authorizerUri', sub(`arn:${partition}:apigateway:\${AWS::Region}:lambda:path/2015-03-31/functions/\${__FunctionArn__}/invocations`, variables))
  const ttl = truthy(config.Identity) ? config.Identity.ReauthorizeEvery : undefined
  if (ttl !== undefined && ttl !== null) put(details, 'authorizerResultTtlInSeconds', ttl, 'v')
  const role = config.FunctionInvokeRole
  if (truthy(role) && role !== 'NONE') put(details, 'authorizerCredentials', role, 'v')
  const source = payload === 'REQUEST' && truthy(config.Identity) ? identitySource(apiId, name, config.Identity) : ''
  if (source) put(details, 'identitySource', source, 'v')
  return details
}
