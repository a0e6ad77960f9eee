import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseTemplate } from '../template/parse.ts'
import { SamError } from './errors.ts'
import { transformSam } from './transform.ts'

const options = { region: 'us-east-1', parameters: {}, managedPolicies: {} }
const transformed = async (text: string, more = {}) => (await transformSam(parseTemplate(text), { ...options, ...more })).template
const failure = (text: string) => assert.rejects(transformed(text), SamError).then(() => transformed(text).catch((error: SamError) => error.errorMessage))

const helloFunction = `
  Hello:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: s3://bucket/code.zip
      Handler: index.handler
      Runtime: nodejs22.x`

test('Function: becomes a Lambda function with a role of its own', async () => {
  const policies = '\n      Policies: [{SQSPollerPolicy: {QueueName: !Ref Queue}}, AmazonS3ReadOnlyAccess]'
  const { Resources, Transform } = await transformed(`Transform: AWS::Serverless-2016-10-31\nResources:${helloFunction}${policies}`)
  assert.equal(Transform, undefined)
  assert.deepEqual(Resources.Hello.Properties.Code, { S3Bucket: 'bucket', S3Key: 'code.zip' })
  assert.deepEqual(Resources.Hello.Properties.Role, { 'Fn::GetAtt': ['HelloRole', 'Arn'] })
  assert.deepEqual(
    Resources.HelloRole.Properties.ManagedPolicyArns,
    ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess']
  )
  assert.deepEqual(Resources.HelloRole.Properties.Policies[0].PolicyDocument.Statement[0].Resource,
    { 'Fn::Sub': ['arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:${queueName}', { queueName: { Ref: 'Queue' } }] })
})

test('Function: the version is published anew when the code changes, and !Ref Function.Version finds it', async () => {
  const text = `Resources:${helloFunction}\n      AutoPublishAlias: live\nOutputs:\n  Version: {Value: !Ref Hello.Version}`
  const first = await transformed(text)
  const second = await transformed(text.replace('code.zip', 'code2.zip'))
  const versionOf = (template: any) => Object.keys(template.Resources).find(id => id.startsWith('HelloVersion'))
  assert.notEqual(versionOf(first), versionOf(second))
  assert.deepEqual(first.Outputs.Version.Value, { Ref: versionOf(first) })
  assert.ok(first.Resources.HelloAliaslive)
})

test('events: an Api and an HttpApi event make the implicit APIs', async () => {
  const { Resources } = await transformed(
    `Resources:${helloFunction}\n      Events:\n        A: {Type: Api, Properties: {Path: /a, Method: get}}\n        B: {Type: HttpApi}`
  )
  assert.equal(Resources.ServerlessRestApi.Properties.Body.paths['/a'].get['x-amazon-apigateway-integration'].type, 'aws_proxy')
  assert.ok(Resources.ServerlessHttpApi.Properties.Body.paths.$default)
  assert.ok(Resources.ServerlessRestApiProdStage)
  assert.ok(Resources.HelloAPermissionProd)
})

test('errors: all causes are told at once, in order of their ids', async () => {
  assert.equal(await failure('Resources:\n  B: {Type: AWS::Serverless::Function, Properties: {Bad: 1}}\n  A: {Type: AWS::Serverless::LayerVersion}'),
    'Invalid Serverless Application Specification document. Number of errors found: 2. Resource with id [A] is invalid. Missing required property '
    + '\'ContentUri\'. '
    + 'Resource with id [B] is invalid. property Bad not defined for resource of type AWS::Serverless::Function')
})

test('Application: is found in the repository that is handed in, which is waited for until the template is ready', async () => {
  const waits: number[] = []
  const text = 'Resources:\n  App: {Type: AWS::Serverless::Application, Properties: {Location: {ApplicationId: id, SemanticVersion: 1.0.0}}}'
  const serverlessRepo = {
    createTemplate: async () => ({ applicationId: 'id', templateId: 't', templateUrl: 'https://example.test/template', status: 'PREPARING' }),
    templateStatus: async () => waits.length < 2 ? 'PREPARING' : 'ACTIVE', wait: async (ms: number) => { waits.push(ms) },
  }
  assert.equal((await transformed(text, { serverlessRepo })).Resources.App.Properties.TemplateURL, 'https://example.test/template')
  assert.deepEqual(waits, [2000, 2000])
  await assert.rejects(transformed(text, { serverlessRepo: { ...serverlessRepo, templateStatus: async () => 'EXPIRED' } }), /Cannot access an expired template/)
  await assert.rejects(transformed(text), /not available in this region/)
})

test('the template that is given stays as it is', async () => {
  const template = parseTemplate(
    `Globals: {Function: {Timeout: 3}}\nResources:${helloFunction}\n      Events: {A: {Type: Api, Properties: {Path: /a, Method: get}}}`
  )
  const before = JSON.stringify(template)
  await transformSam(template, options)
  assert.equal(JSON.stringify(template), before)
})

test('a template that makes no sense is a SamError, never a crash', async () => {
  const values = ['null', '1', '"x"', '[]', '{}', '[null]', '{a: null}', '{Ref: x}', '{"Fn::If": 1}']
  const properties = [
    'Events', 'Policies', 'Tags', 'Auth', 'Cors', 'DefinitionBody', 'Domain', 'Location', 'Definition', 'Routes', 'DataSources', 'VpcConfig', 'Source',
    'PrimaryKey', 'Layers'
  ]
  const kinds = [
    'Function', 'Api', 'HttpApi', 'WebSocketApi', 'SimpleTable', 'LayerVersion', 'Application', 'StateMachine', 'Connector', 'GraphQLApi', 'CapacityProvider'
  ]
  for (const kind of kinds) {
    for (const property of properties) {
      for (const value of values) {
        const text = `Resources: {R: {Type: AWS::Serverless::${kind}, Properties: {${property}: ${value}, StageName: s, CodeUri: s3://b/k, Handler: h, ` +
          `Runtime: r}}}`
        await transformed(text).catch(error => assert.ok(error instanceof SamError, `${text}: ${error.stack}`))
      }
    }
  }
})

test('an intrinsic where a list is due is told of, or passed on, as the translator does', async () => {
  const choice = '{"Fn::If": [C, [Read], [Write]]}'
  const connected = `Resources:${helloFunction}
  Table: {Type: AWS::Serverless::SimpleTable}
  Link: {Type: AWS::Serverless::Connector, Properties: {Source: {Id: Hello}, Destination: {Id: Table}, Permissions: ${choice}}}`
  assert.match(
    String(await failure(connected)), /\[Link\] is invalid. Unsupported 'Permissions' provided for connector from AWS::Lambda::Function to AWS::DynamoDB::Table/
  )
  const event = (more: string) => `Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: s, Auth: {ResourcePolicy: {SourceVpcBlacklist: {"Fn::FindInMap": [M, a, b]}}}}}${helloFunction}
      Events: {A: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: get${more}}}}`
  assert.equal((await transformed(event(''))).Resources.Api.Type, 'AWS::ApiGateway::RestApi')
  assert.match(String(await failure(event(`, RequestParameters: ${choice}`))), /Invalid value for 'RequestParameters' property. Keys must be in the format/)
})

test('an API that is none of SAM\'s is passed on as it is, whatever events name it', async () => {
  const text = `Resources:
  Api: {a: b}${helloFunction}
      Events: {A: {Type: HttpApi, Properties: {ApiId: !Ref Api, Path: /a, Method: get, RouteSettings: {ThrottlingBurstLimit: 1}}}}`
  assert.deepEqual((await transformed(text)).Resources.Api, { a: 'b' })
})
