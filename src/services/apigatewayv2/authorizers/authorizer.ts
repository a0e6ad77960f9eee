import type { Authorizer } from '@aws-sdk/client-apigatewayv2'
import { mayPass } from '../integrations/integration.ts'
import {
  apiWithId, audiencesPerAuthorizerMax, authorizersPerApiMax, BadRequestException, newPartId, NotFoundException, present, TooManyRequestsException,
  type ApiGateway, type ApiRow, type AuthorizerRow, type Input,
} from '../state.ts'

type Given = Partial<Omit<Input<'UpdateAuthorizer'>, 'ApiId' | 'AuthorizerId'>>

interface Named { ApiId: string | undefined, AuthorizerId: string | undefined }

/** Members of an input that only Lambda authorizers have. */
const requestOnly = [
  'AuthorizerUri', 'AuthorizerCredentialsArn', 'AuthorizerPayloadFormatVersion', 'AuthorizerResultTtlInSeconds', 'EnableSimpleResponses',
] as const

/** An authorizer of an API of the caller's; NotFoundException where it is not there. */
export async function authorizerOf(gateway: ApiGateway, input: Named): Promise<{ api: ApiRow, row: AuthorizerRow }> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await gateway.tables.authorizers.get(api.id, input.AuthorizerId ?? '')
  if (!row) throw new NotFoundException(`Invalid Authorizer identifier specified ${input.AuthorizerId}`)
  return { api, row }
}

export async function addAuthorizer(gateway: ApiGateway, apiId: string, input: Given): Promise<AuthorizerRow> {
  const others = await gateway.tables.authorizers.list({ prefix: [apiId] })
  if (others.length >= authorizersPerApiMax) {
    throw new TooManyRequestsException('Maximum number of authorizers for this API has been reached. Please contact AWS if you need additional authorizers.')
  }
  const type = input.AuthorizerType
  if (type !== 'JWT' && type !== 'REQUEST') throw new BadRequestException(`Invalid authorizer type specified: ${type}`)
  return changeAuthorizer(gateway, { apiId, id: newPartId(), name: '', type, identitySource: [] }, input)
}

/** Puts the row with what is given; every check of CreateAuthorizer and UpdateAuthorizer. */
export async function changeAuthorizer(gateway: ApiGateway, before: AuthorizerRow, input: Given): Promise<AuthorizerRow> {
  const type = input.AuthorizerType ?? before.type
  if (type !== before.type) throw new BadRequestException('The type of an authorizer cannot be changed')
  const name = input.Name ?? before.name
  if (name === '' || name.length > 128) throw new BadRequestException('Authorizer name must be between 1 and 128 characters')
  if ((await gateway.tables.authorizers.list({ prefix: [before.apiId] })).some(row => row.id !== before.id && row.name === name)) {
    throw new BadRequestException(`Authorizer name must be unique. Authorizer ${name} already exists in this API.`)
  }
  if (input.IdentityValidationExpression) throw new BadRequestException('IdentityValidationExpression is not supported for HTTP APIs')
  const identitySource = input.IdentitySource ?? before.identitySource
  const wrong = identitySource.find(source => !/^\$(?:request\.(?:header|querystring)\.\S+|context\.\S+|stageVariables\.\S+)$/.test(source))
  if (wrong !== undefined) {
    throw new BadRequestException(`Identity source for an HTTP API must be a selection expression, $request.header.name for example, not ${wrong}`)
  }
  const common = { apiId: before.apiId, id: before.id, name, type, identitySource }
  const row = before.type === 'JWT' ? jwt(common, before, input) : await request(gateway, common, before, input)
  await gateway.tables.authorizers.put(row)
  return row
}

type Common = Pick<AuthorizerRow, 'apiId' | 'id' | 'name' | 'type' | 'identitySource'>

function jwt(common: Common, before: AuthorizerRow, input: Given): AuthorizerRow {
  for (const name of requestOnly) {
    if (input[name]) throw new BadRequestException(`${name} is only valid for REQUEST authorizers`)
  }
  if (common.identitySource.length !== 1 || !/^\$request\.(?:header|querystring)\./.test(common.identitySource[0]!)) {
    throw new BadRequestException('JWT authorizers must have exactly one identity source, a header or a query string parameter')
  }
  const issuer = input.JwtConfiguration?.Issuer ?? before.issuer
  const audience = input.JwtConfiguration?.Audience ?? before.audience
  if (!issuer) throw new BadRequestException('JWT Authorizer must have Issuer configured')
  if (!/^https?:\/\/[^/]/.test(issuer)) {
    throw new BadRequestException(`Invalid issuer: ${issuer}. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'`)
  }
  if (!audience || audience.length === 0) throw new BadRequestException('JWT Authorizer must have at least one audience configured')
  if (audience.length > audiencesPerAuthorizerMax) throw new BadRequestException(`An authorizer has at most ${audiencesPerAuthorizerMax} audiences`)
  return { ...common, issuer, audience }
}

async function request(gateway: ApiGateway, common: Common, before: AuthorizerRow, input: Given): Promise<AuthorizerRow> {
  if (input.JwtConfiguration) throw new BadRequestException('JwtConfiguration is only valid for JWT authorizers')
  const version = input.AuthorizerPayloadFormatVersion ?? before.payloadFormatVersion
  if (version === undefined) throw new BadRequestException('AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer')
  if (version !== '1.0' && version !== '2.0') {
    throw new BadRequestException('Invalid AuthorizerPayloadFormatVersion specified. Supported values are 1.0 and 2.0')
  }
  const simpleResponses = input.EnableSimpleResponses ?? before.simpleResponses ?? false
  if (simpleResponses && version === '1.0') throw new BadRequestException('EnableSimpleResponses is not supported for AuthorizerPayloadFormatVersion 1.0')
  const uri = input.AuthorizerUri ?? before.uri
  if (!uri || !/:lambda:path\/[^/]+\/functions\/.+\/invocations$/.test(uri)) {
    throw new BadRequestException('Invalid Authorizer URI: it must be that of a Lambda function\'s invocations')
  }
  const ttlSeconds = input.AuthorizerResultTtlInSeconds ?? before.ttlSeconds ?? (common.identitySource.length > 0 ? 300 : 0)
  if (ttlSeconds > 0 && common.identitySource.length === 0) {
    throw new BadRequestException('Identity source cannot be empty when authorization caching is enabled')
  }
  const credentialsArn = input.AuthorizerCredentialsArn === undefined ? before.credentialsArn : input.AuthorizerCredentialsArn || undefined
  if (credentialsArn !== undefined && credentialsArn !== before.credentialsArn) await mayPass(gateway, credentialsArn)
  return { ...common, uri, payloadFormatVersion: version, simpleResponses, ttlSeconds, ...credentialsArn !== undefined && { credentialsArn } }
}

export const authorizerOutput = (row: AuthorizerRow): Authorizer => ({
  AuthorizerId: row.id, Name: row.name, AuthorizerType: row.type, IdentitySource: row.identitySource,
  ...row.type === 'JWT' && { JwtConfiguration: { Issuer: row.issuer, Audience: row.audience } },
  ...present({
    AuthorizerUri: row.uri, AuthorizerCredentialsArn: row.credentialsArn, AuthorizerPayloadFormatVersion: row.payloadFormatVersion,
    AuthorizerResultTtlInSeconds: row.ttlSeconds,
    EnableSimpleResponses: row.simpleResponses,
  }),
})
