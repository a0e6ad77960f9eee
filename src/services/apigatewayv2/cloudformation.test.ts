import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { cloudformation } from '../cloudformation/service.ts'
import { functionUri, invocations, startGatewayCloud, type GatewayCloud } from './testing/gateway.ts'

let gateway: GatewayCloud
before(async () => { gateway = await startGatewayCloud([cloudformation]) })
after(() => gateway.stop())

const ref = (Ref: string) => ({ Ref })
const resource = (kind: string, Properties: object) => ({ Type: `AWS::ApiGatewayV2::${kind}`, Properties })

/** Creates or updates a stack, and answers its outputs. */
async function deploy(StackName: string, template: object): Promise<Record<string, string>> {
  const { cloudformation: stacks } = gateway.cloud.aws()
  const input = { StackName, TemplateBody: JSON.stringify(template), Capabilities: ['CAPABILITY_AUTO_EXPAND' as const] }
  const exists = (await stacks.ListStacks({})).StackSummaries!.some(stack => stack.StackName === StackName && stack.StackStatus !== 'DELETE_COMPLETE')
  await (exists ? stacks.UpdateStack(input) : stacks.CreateStack(input))
  await gateway.cloud.settle()
  const [stack] = (await stacks.DescribeStacks({ StackName })).Stacks!
  const reasons = (await stacks.DescribeStackEvents({ StackName })).StackEvents!.map(event => event.ResourceStatusReason).filter(Boolean)
  assert.match(stack!.StackStatus!, /^(?:CREATE|UPDATE)_COMPLETE$/, reasons.join('\n'))
  return Object.fromEntries((stack!.Outputs ?? []).map(output => [output.OutputKey!, output.OutputValue!]))
}

const whole = (color: string) => ({
  Resources: {
    Api: resource('Api', {
      Name: 'shop', ProtocolType: 'HTTP', CorsConfiguration: { AllowOrigins: ['https://a.example'], MaxAge: '60' }, Tags: { team: color }
    }),
    Authorizer: resource('Authorizer', {
      ApiId: ref('Api'), Name: 'asks', AuthorizerType: 'REQUEST', AuthorizerPayloadFormatVersion: '2.0', AuthorizerUri: invocations('auth'),
      EnableSimpleResponses: 'true',
      IdentitySource: ['$request.header.Authorization'], AuthorizerResultTtlInSeconds: '0',
    }),
    Integration: resource('Integration', {
      ApiId: ref('Api'), IntegrationType: 'AWS_PROXY', IntegrationUri: functionUri, PayloadFormatVersion: '2.0', TimeoutInMillis: '5000',
      RequestParameters: { [`overwrite:header.x-${color}`]: color },
      ResponseParameters: { 200: { ResponseParameters: [{ Destination: 'overwrite:header.x-answer', Source: color }] } },
    }),
    Route: resource('Route', {
      ApiId: ref('Api'), RouteKey: 'GET /x', AuthorizationType: 'CUSTOM', AuthorizerId: ref('Authorizer'),
      Target: { 'Fn::Join': ['/', ['integrations', ref('Integration')]] },
    }),
    Deployment: { ...resource('Deployment', { ApiId: ref('Api') }), DependsOn: 'Route' },
    Stage: resource('Stage', {
      ApiId: ref('Api'), StageName: 'prod', DeploymentId: ref('Deployment'), StageVariables: { color },
      DefaultRouteSettings: { ThrottlingBurstLimit: '50', ThrottlingRateLimit: '100' },
    }),
    Auto: { ...resource('Stage', { ApiId: ref('Api'), StageName: '$default', AutoDeploy: true }), DependsOn: 'Route' },
    Domain: resource('DomainName', {
      DomainName: 'shop.example.com', DomainNameConfigurations: [{ CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/a' }]
    }),
    Mapping: resource('ApiMapping', { ApiId: ref('Api'), DomainName: ref('Domain'), Stage: ref('Auto'), ApiMappingKey: color }),
  },
  Outputs: {
    Api: { Value: ref('Api') }, Endpoint: { Value: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
    Regional: { Value: { 'Fn::GetAtt': ['Domain', 'RegionalDomainName'] } },
    Authorizer: { Value: { 'Fn::GetAtt': ['Authorizer', 'AuthorizerId'] } },
  },
})

test('a stack of every resource type is made, changed in place and deleted whole', async () => {
  const { client } = gateway
  const ownHeaders = (headers: object) => Object.keys(headers).filter(name => name.startsWith('x-') && !/forwarded|trace/.test(name))
  gateway.reply((event, name) => name === 'auth' ? { isAuthorized: event.headers.authorization === 'yes' } : ownHeaders(event.headers))
  const outputs = await deploy('shop', whole('blue'))
  const id = outputs.Api!
  assert.equal(outputs.Endpoint, `http://${id}.execute-api.localhost:${gateway.cloud.cloud.port}`)
  assert.match(outputs.Regional!, /^d-/)
  const get = (path: string, host?: string) => gateway.call(id, 'GET', path, { headers: { authorization: 'yes' }, ...host !== undefined && { host } })
  const first = await get('/prod/x')
  assert.deepEqual([first.status, first.body, first.headers['x-answer']], [200, '["x-blue"]', 'blue'])
  assert.equal((await get('/blue/x', 'shop.example.com')).status, 200)
  assert.equal((await gateway.call(id, 'GET', '/x', { headers: { authorization: 'no' } })).status, 403)
  assert.deepEqual(await deploy('shop', whole('red')), outputs)
  assert.deepEqual([(await get('/x')).body, (await get('/x')).headers['x-answer']], ['["x-red"]', 'red'])
  assert.equal((await get('/prod/x')).body, '["x-blue"]')
  assert.deepEqual([(await get('/red/x', 'shop.example.com')).status, (await get('/blue/x', 'shop.example.com')).status], [200, 403])
  const stage = await client.getStage({ ApiId: id, StageName: 'prod' })
  assert.deepEqual([stage.StageVariables, stage.DefaultRouteSettings!.ThrottlingBurstLimit], [{ color: 'red' }, 50])
  assert.deepEqual((await client.getApi({ ApiId: id })).Tags, { team: 'red' })
  await gateway.cloud.aws().cloudformation.DeleteStack({ StackName: 'shop' })
  await gateway.cloud.settle()
  assert.deepEqual([(await client.getApis({})).Items, (await client.getDomainNames({})).Items], [[], []])
})

test('AWS::ApiGatewayV2::ApiGatewayManagedOverrides: changes what quick create made', async () => {
  const Overrides = resource('ApiGatewayManagedOverrides', {
    ApiId: ref('Api'), Stage: { StageVariables: { a: '1' } }, Route: { OperationName: 'all' }, Integration: { TimeoutInMillis: '1000', Description: 'quick' },
  })
  const { Api } = await deploy('quick', {
    Resources: { Api: resource('Api', { Name: 'quick', ProtocolType: 'HTTP', Target: functionUri }), Overrides }, Outputs: { Api: { Value: ref('Api') } },
  })
  const { client } = gateway
  assert.deepEqual((await client.getStage({ ApiId: Api, StageName: '$default' })).StageVariables, { a: '1' })
  assert.equal((await client.getRoutes({ ApiId: Api })).Items![0]!.OperationName, 'all')
  assert.deepEqual((await client.getIntegrations({ ApiId: Api })).Items!.map(each => [each.TimeoutInMillis, each.Description]), [[1000, 'quick']])
})

test('SAM HttpApi with authorizers: JWT, Lambda and IAM, as the transform writes them', async () => {
  const { Api } = await deploy('sam', {
    Transform: 'AWS::Serverless-2016-10-31',
    Resources: {
      Http: { Type: 'AWS::Serverless::HttpApi', Properties: {
        StageName: 'prod', StageVariables: { v: '1' }, CorsConfiguration: { AllowOrigins: ['https://a.example'] },
        DefaultRouteSettings: { ThrottlingBurstLimit: 9 }, FailOnWarnings: true,
        Auth: { EnableIamAuthorizer: true, DefaultAuthorizer: 'Tokens', Authorizers: {
          Tokens: {
            AuthorizationScopes: ['read'], IdentitySource: '$request.header.Authorization', JwtConfiguration: { issuer: 'https://i.example', audience: ['a'] },
          },
          Asks: {
            FunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:auth', AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true,
            Identity: { Headers: ['Authorization'] },
          },
        } },
        DefinitionBody: { openapi: '3.0.1', info: { title: 'sam' }, paths: {
          '/tokens': {
            get: { 'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri: invocations('f'), payloadFormatVersion: '2.0' } },
          },
          '/asks': {
            get: {
              security: [{ Asks: [] }],
              'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri: invocations('f'), payloadFormatVersion: '2.0' },
            },
          },
          '/iam': {
            get: {
              security: [{ AWS_IAM: [] }],
              'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri: invocations('f'), payloadFormatVersion: '2.0' },
            },
          },
        } },
      } },
    },
    Outputs: { Api: { Value: ref('Http') } },
  })
  const { client } = gateway
  const routes = (await client.getRoutes({ ApiId: Api })).Items!.map(route => [route.RouteKey, route.AuthorizationType, route.AuthorizationScopes])
  assert.deepEqual(routes.sort(), [['GET /asks', 'CUSTOM', undefined], ['GET /iam', 'AWS_IAM', undefined], ['GET /tokens', 'JWT', ['read']]])
  gateway.reply((_, name) => name === 'auth' ? { isAuthorized: true } : 'in')
  const get = async (path: string) => (await gateway.call(Api!, 'GET', path, { headers: { authorization: 'yes' } })).status
  assert.deepEqual([await get('/prod/asks'), await get('/prod/tokens'), await get('/prod/iam')], [200, 401, 403])
})
