import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startCloud, type TestCloud } from '../../testing/index.ts'
import { drifting, type Drifting } from '../cloudformation/testing/drifting.ts'

let cloud: TestCloud
let stacks: Drifting
before(async () => {
  cloud = await startCloud()
  stacks = drifting(cloud)
})
after(() => cloud.stop())

const ref = (Ref: string) => ({ Ref })
const resource = (kind: string, Properties: Record<string, unknown>, more: object = {}) => ({ Type: `AWS::ApiGatewayV2::${kind}`, Properties, ...more })
const functionUri = 'arn:aws:lambda:us-east-1:000000000000:function:f'
const invocations = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionUri}/invocations`
const plainProxy = { IntegrationType: 'HTTP_PROXY', IntegrationUri: 'http://a.example', IntegrationMethod: 'GET', PayloadFormatVersion: '1.0' } as const
const target = (id: string) => ({ 'Fn::Join': ['/', ['integrations', ref(id)]] })

/** Each type twice: with many properties, numbers and truth as text, and with those alone that it must have. */
const whole = {
  Logs: { Type: 'AWS::Logs::LogGroup', Properties: {} },
  Api: resource('Api', {
    Name: 'shop', ProtocolType: 'HTTP', Description: 'd', Version: '1', DisableExecuteApiEndpoint: 'false', IpAddressType: 'dualstack',
    RouteSelectionExpression: '${request.method} ${request.path}', Tags: { team: 'fog' },
    CorsConfiguration: {
      AllowOrigins: ['https://a.example', 'https://b.example'], AllowMethods: ['get', 'post'], MaxAge: '60', AllowCredentials: 'true',
    },
  }),
  PlainApi: resource('Api', { Name: 'plain', ProtocolType: 'HTTP' }),
  Defined: resource('Api', { Body: {
    openapi: '3.0.1', info: { title: 'defined' }, tags: [{ name: 'from', 'x-amazon-apigateway-tag-value': 'body' }],
    paths: {
      '/': { get: { 'x-amazon-apigateway-integration': { type: 'http_proxy', httpMethod: 'GET', uri: 'http://a.example', payloadFormatVersion: '1.0' } } }
    },
  } }),
  Quick: resource('Api', { Name: 'quick', ProtocolType: 'HTTP', Target: functionUri }),
  Overrides: resource('ApiGatewayManagedOverrides', {
    ApiId: ref('Quick'), Stage: { StageVariables: { a: '1' }, AutoDeploy: 'true', DefaultRouteSettings: { ThrottlingBurstLimit: '7' } },
    Route: { OperationName: 'all' }, Integration: { TimeoutInMillis: '1000' },
  }),
  Tokens: resource('Authorizer', {
    ApiId: ref('Api'), Name: 'tokens', AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://i.example', Audience: ['a', 'b'] },
  }),
  Asks: resource('Authorizer', {
    ApiId: ref('Api'), Name: 'asks', AuthorizerType: 'REQUEST', AuthorizerPayloadFormatVersion: '2.0', AuthorizerUri: invocations,
    EnableSimpleResponses: 'true', IdentitySource: ['$request.header.Authorization'], AuthorizerResultTtlInSeconds: '30',
  }),
  Proxy: resource('Integration', {
    ApiId: ref('Api'), IntegrationType: 'AWS_PROXY', IntegrationUri: functionUri, PayloadFormatVersion: '2.0', TimeoutInMillis: '5000', Description: 'd',
    ConnectionType: 'INTERNET', IntegrationMethod: 'POST', RequestParameters: { 'overwrite:header.x': 'y' },
    ResponseParameters: { 200: { ResponseParameters: [
      { Destination: 'overwrite:statuscode', Source: '201' }, { Destination: 'append:header.x', Source: 'y' },
    ] } },
  }),
  PlainProxy: resource('Integration', { ApiId: ref('Api'), ...plainProxy }),
  Route: resource('Route', {
    ApiId: ref('Api'), RouteKey: 'GET /x', AuthorizationType: 'JWT', AuthorizerId: ref('Tokens'), AuthorizationScopes: ['read', 'write'],
    Target: target('Proxy'),
    OperationName: 'x', ApiKeyRequired: 'false',
  }),
  PlainRoute: resource('Route', { ApiId: ref('Api'), RouteKey: '$default', Target: target('PlainProxy') }),
  Deployment: resource('Deployment', { ApiId: ref('Api'), Description: 'first' }, { DependsOn: ['Route', 'PlainRoute'] }),
  Stage: resource('Stage', {
    ApiId: ref('Api'), StageName: 'prod', DeploymentId: ref('Deployment'), Description: 'd', StageVariables: { color: 'blue' }, Tags: { stage: 'prod' },
    DefaultRouteSettings: { ThrottlingBurstLimit: '50', ThrottlingRateLimit: 100 }, RouteSettings: { 'GET /x': { DetailedMetricsEnabled: 'true' } },
    AccessLogSettings: { DestinationArn: { 'Fn::GetAtt': ['Logs', 'Arn'] }, Format: '$context.requestId' },
  }),
  Auto: resource('Stage', { ApiId: ref('Api'), StageName: '$default', AutoDeploy: true }, { DependsOn: 'Deployment' }),
  Domain: resource('DomainName', {
    DomainName: 'Shop.example.com',
    DomainNameConfigurations: [{ CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/a', EndpointType: 'REGIONAL' }],
    RoutingMode: 'API_MAPPING_ONLY', Tags: { d: 'e' },
  }),
  Mapping: resource('ApiMapping', { ApiId: ref('Api'), DomainName: ref('Domain'), Stage: ref('Stage'), ApiMappingKey: 'v1' }),
  PlainMapping: resource('ApiMapping', { ApiId: ref('Api'), DomainName: ref('Domain'), Stage: ref('Stage') }),
}

test('AWS::ApiGatewayV2: what a stack makes is in sync with it; what is changed or deleted beside it is told', async () => {
  const ids = await stacks.create('gateway', whole, { Tags: [{ Key: 'of', Value: 'stack' }] })
  await stacks.inSync('gateway', Object.keys(whole))
  const { apigatewayv2 } = cloud.aws()
  const ApiId = ids.Api!
  const on = <Kind extends string>(member: Kind, logicalId: string) => ({ ApiId, [member]: ids[logicalId] }) as { ApiId: string } & Record<Kind, string>
  await apigatewayv2.UpdateApi({ ApiId, Description: 'other', CorsConfiguration: { AllowOrigins: ['https://a.example'] } })
  await apigatewayv2.TagResource({ ResourceArn: `arn:aws:apigateway:us-east-1::/apis/${ApiId}`, Tags: { team: 'rain' } })
  await apigatewayv2.UpdateAuthorizer({ ...on('AuthorizerId', 'Tokens'), JwtConfiguration: { Issuer: 'https://i.example', Audience: ['a'] } })
  await apigatewayv2.UpdateAuthorizer({ ...on('AuthorizerId', 'Asks'), EnableSimpleResponses: false, AuthorizerResultTtlInSeconds: 0 })
  await apigatewayv2.UpdateIntegration({
    ...on('IntegrationId', 'Proxy'), TimeoutInMillis: 6000, RequestParameters: { 'overwrite:header.x': '' },
    ResponseParameters: { 200: { 'append:header.x': 'z', 'overwrite:statuscode': '201' } },
  })
  await apigatewayv2.UpdateRoute({ ...on('RouteId', 'Route'), AuthorizationScopes: ['read'], OperationName: 'other' })
  await apigatewayv2.UpdateDeployment({ ...on('DeploymentId', 'Deployment'), Description: '' })
  await apigatewayv2.UpdateStage({
    ApiId, StageName: 'prod', StageVariables: { color: '', size: 'm' }, DefaultRouteSettings: { ThrottlingBurstLimit: 51, ThrottlingRateLimit: 100 },
  })
  await apigatewayv2.DeleteAccessLogSettings({ ApiId, StageName: 'prod' })
  await apigatewayv2.UntagResource({ ResourceArn: `arn:aws:apigateway:us-east-1::/apis/${ApiId}/stages/prod`, TagKeys: ['stage'] })
  const CertificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/b'
  await apigatewayv2.UpdateDomainName({ DomainName: 'shop.example.com', DomainNameConfigurations: [{ CertificateArn, IpAddressType: 'dualstack' }] })
  await apigatewayv2.UpdateApiMapping({ ApiId, DomainName: 'shop.example.com', ApiMappingId: ids.Mapping, ApiMappingKey: 'v2' })
  await apigatewayv2.UpdateStage({ ApiId: ids.Quick, StageName: '$default', StageVariables: { a: '2' } })
  assert.deepEqual(await stacks.told('gateway'), [
    'Api NOT_EQUAL /Description', 'Api NOT_EQUAL /Tags/team', 'Api REMOVE /CorsConfiguration/AllowCredentials', 'Api REMOVE /CorsConfiguration/AllowMethods',
    'Api REMOVE /CorsConfiguration/AllowOrigins/1', 'Api REMOVE /CorsConfiguration/MaxAge', 'Asks NOT_EQUAL /AuthorizerResultTtlInSeconds',
    'Asks NOT_EQUAL /EnableSimpleResponses', 'Deployment NOT_EQUAL /Description', 'Domain ADD /DomainNameConfigurations/0/IpAddressType',
    'Domain NOT_EQUAL /DomainNameConfigurations/0/CertificateArn', 'Mapping NOT_EQUAL /ApiMappingKey', 'Overrides NOT_EQUAL /Stage/StageVariables/a',
    'Proxy NOT_EQUAL /ResponseParameters/200/ResponseParameters/1/Source', 'Proxy NOT_EQUAL /TimeoutInMillis', 'Proxy REMOVE /RequestParameters',
    'Route NOT_EQUAL /OperationName', 'Route REMOVE /AuthorizationScopes/1', 'Stage ADD /StageVariables/size',
    'Stage NOT_EQUAL /DefaultRouteSettings/ThrottlingBurstLimit', 'Stage REMOVE /AccessLogSettings', 'Stage REMOVE /StageVariables/color',
    'Stage REMOVE /Tags/stage', 'Tokens REMOVE /JwtConfiguration/Audience/1',
  ])
  const { Route } = await stacks.detect('gateway')
  assert.deepEqual(Route!.PhysicalResourceIdContext, [{ Key: 'ApiId', Value: ApiId }])

  for (const logicalId of ['Mapping', 'PlainMapping']) await apigatewayv2.DeleteApiMapping({ DomainName: 'shop.example.com', ApiMappingId: ids[logicalId] })
  await apigatewayv2.DeleteDomainName({ DomainName: 'shop.example.com' })
  await apigatewayv2.DeleteRoute(on('RouteId', 'Route'))
  await apigatewayv2.DeleteStage({ ApiId, StageName: 'prod' })
  await apigatewayv2.DeleteDeployment(on('DeploymentId', 'Deployment'))
  await apigatewayv2.DeleteIntegration(on('IntegrationId', 'Proxy'))
  await apigatewayv2.DeleteAuthorizer(on('AuthorizerId', 'Tokens'))
  await apigatewayv2.DeleteApi({ ApiId: ids.Quick })
  const deleted = (await stacks.told('gateway')).filter(line => line.endsWith('DELETED')).map(line => line.split(' ')[0])
  assert.deepEqual(deleted, ['Deployment', 'Domain', 'Mapping', 'Overrides', 'PlainMapping', 'Proxy', 'Quick', 'Route', 'Stage', 'Tokens'])
})

test('AWS::ApiGatewayV2: Cloud Control reads, lists, makes, changes and deletes what an API has', async () => {
  const { Stage: _, Auto: __, ...some } = whole
  const { Domain: ___, Mapping: ____, PlainMapping: _____, ...rest } = some
  const ids = await stacks.create('read', rest)
  const ApiId = ids.Api!
  const type = (kind: string) => `AWS::ApiGatewayV2::${kind}`
  assert.deepEqual(await stacks.get(type('Route'), `${ApiId}|${ids.Route}`), {
    ApiId, RouteId: ids.Route, RouteKey: 'GET /x', AuthorizationType: 'JWT', AuthorizerId: ids.Tokens, AuthorizationScopes: ['read', 'write'],
    Target: `integrations/${ids.Proxy}`, OperationName: 'x', ApiKeyRequired: false,
  })
  assert.deepEqual(await stacks.get(type('Authorizer'), JSON.stringify({ ApiId, AuthorizerId: ids.Tokens })), {
    AuthorizerId: ids.Tokens, ApiId, Name: 'tokens', AuthorizerType: 'JWT', IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://i.example', Audience: ['a', 'b'] },
  })
  assert.equal((await stacks.get(type('Api'), ApiId)).Name, 'shop')
  assert.equal((await stacks.get(type('ApiGatewayManagedOverrides'), ids.Quick!) as any).Integration.TimeoutInMillis, 1000)
  assert.deepEqual(await stacks.list(type('Route'), { ApiId }), [`${ApiId}|${ids.PlainRoute}`, `${ApiId}|${ids.Route}`].sort())
  assert.deepEqual(await stacks.list(type('Route'), { ApiId, RouteKey: 'GET /x' }), [`${ApiId}|${ids.Route}`])
  assert.deepEqual(await stacks.list(type('Authorizer'), { ApiId }), [`${ids.Tokens}|${ApiId}`, `${ids.Asks}|${ApiId}`].sort())
  assert.ok((await stacks.list(type('Api'))).includes(ApiId))
  await assert.rejects(stacks.list(type('Route')), {
    name: 'InvalidRequestException',
    message: 'Missing or invalid ResourceModel property in AWS::ApiGatewayV2::Route list handler request input.Required property: (#: required key [ApiId] ' +
      'not found)',
  })
  await assert.rejects(stacks.get(type('Route'), ids.Route!), {
    name: 'ValidationException', message: `Identifier ${ids.Route} is not valid for identifier [/properties/ApiId, /properties/RouteId]`,
  })
  await assert.rejects(stacks.get(type('Route'), `${ApiId}|none`), { name: 'ResourceNotFoundException' })

  const ended = async (event: { RequestToken?: string | undefined }) => {
    await cloud.settle()
    const { ProgressEvent } = await stacks.control.getResourceRequestStatus({ RequestToken: event.RequestToken })
    assert.equal(ProgressEvent!.OperationStatus, 'SUCCESS', ProgressEvent!.StatusMessage)
    return ProgressEvent!.Identifier!
  }
  const TypeName = type('Stage')
  const DesiredState = JSON.stringify({ ApiId, StageName: 'test', StageVariables: { a: 'b' } })
  const Identifier = await ended((await stacks.control.createResource({ TypeName, DesiredState })).ProgressEvent!)
  assert.equal(Identifier, `${ApiId}|test`)
  const PatchDocument = JSON.stringify([{ op: 'replace', path: '/StageVariables/a', value: 'c' }])
  await ended((await stacks.control.updateResource({ TypeName, Identifier, PatchDocument })).ProgressEvent!)
  assert.deepEqual((await stacks.get(TypeName, Identifier)).StageVariables, { a: 'c' })
  await ended((await stacks.control.deleteResource({ TypeName, Identifier })).ProgressEvent!)
  await assert.rejects(stacks.get(TypeName, Identifier), { name: 'ResourceNotFoundException' })
})

test('AWS::ApiGatewayV2: what exists is imported by its identifier', async () => {
  const { apigatewayv2 } = cloud.aws()
  const { ApiId } = await apigatewayv2.CreateApi({ Name: 'mine', ProtocolType: 'HTTP' })
  const { IntegrationId } = await apigatewayv2.CreateIntegration({ ApiId, ...plainProxy })
  const { RouteId } = await apigatewayv2.CreateRoute({ ApiId, RouteKey: 'GET /', Target: `integrations/${IntegrationId}` })
  const { AuthorizerId } = await apigatewayv2.CreateAuthorizer({
    ApiId, Name: 'a', AuthorizerType: 'REQUEST', AuthorizerPayloadFormatVersion: '2.0', AuthorizerUri: invocations, IdentitySource: [],
  })
  const { DeploymentId } = await apigatewayv2.CreateDeployment({ ApiId })
  await apigatewayv2.CreateStage({ ApiId, StageName: 'dev', DeploymentId })
  const other = (await apigatewayv2.CreateApi({ Name: 'other', ProtocolType: 'HTTP' })).ApiId
  await apigatewayv2.CreateStage({ ApiId: other, StageName: 'dev' })
  await apigatewayv2.CreateDomainName({ DomainName: 'mine.example.com' })
  const { ApiMappingId } = await apigatewayv2.CreateApiMapping({ ApiId, DomainName: 'mine.example.com', Stage: 'dev' })
  const one = (name: string, kind: string, properties: Record<string, unknown>, identifier: Record<string, string | undefined>) =>
    stacks.importOne(name, resource(kind, properties), identifier as Record<string, string>)
  assert.equal(await one('i-api', 'Api', { Name: 'mine', ProtocolType: 'HTTP' }, { ApiId }), ApiId)
  assert.equal(await one('i-integration', 'Integration', { ApiId, IntegrationType: 'HTTP_PROXY' }, { ApiId, IntegrationId }), IntegrationId)
  assert.equal(await one('i-route', 'Route', { ApiId, RouteKey: 'GET /' }, { ApiId, RouteId }), RouteId)
  assert.equal(await one('i-authorizer', 'Authorizer', { ApiId, Name: 'a', AuthorizerType: 'REQUEST' }, { ApiId, AuthorizerId }), AuthorizerId)
  assert.equal(await one('i-deployment', 'Deployment', { ApiId }, { ApiId, DeploymentId }), DeploymentId)
  assert.equal(await one('i-stage', 'Stage', { ApiId, StageName: 'dev' }, { ApiId, StageName: 'dev' }), 'dev')
  // The same name within another API is another stage.
  assert.equal(await one('i-other', 'Stage', { ApiId: other, StageName: 'dev' }, { ApiId: other, StageName: 'dev' }), 'dev')
  assert.equal(await one('i-domain', 'DomainName', { DomainName: 'mine.example.com' }, { DomainName: 'mine.example.com' }), 'mine.example.com')
  const mapping = { ApiId, DomainName: 'mine.example.com', Stage: 'dev' }
  assert.equal(await one('i-mapping', 'ApiMapping', mapping, { ApiMappingId, DomainName: 'mine.example.com' }), ApiMappingId)
  await assert.rejects(one('i-wrong', 'Route', { ApiId, RouteKey: 'GET /' }, { RouteId }), {
    message: 'Invalid ResourceIdentifier for resource One: expected [ApiId, RouteId], found [RouteId]',
  })
})
