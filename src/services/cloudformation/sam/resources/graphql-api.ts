import { serverlessConnector } from '../connectors/connector.ts'
import { invalidResource } from '../errors.ts'
import { getAtt, ref, sub } from '../intrinsics.ts'
import { assumeRolePolicy } from '../policies/documents.ts'
import type { PropertyTypes } from '../properties.ts'
import { entriesOf, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { attributesOf, generated, tagList } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'
import { checkGraphQlApi } from './graphql-schema.ts'
import { graphQlFunctions, graphQlResolvers, type Api } from './graphql-resolvers.ts'

export const graphQlApiTypes: PropertyTypes = {
  Name: 'any', Tags: 'map=', XrayEnabled: 'any', Auth: 'map!=', SchemaInline: 'str=', SchemaUri: 'str=', Logging: 'map|bool=', DataSources: 'map=',
  Functions: 'map=',
  Resolvers: 'map=', ApiKeys: 'map=', DomainName: 'map=', Cache: 'map=', Visibility: 'any', OwnerContact: 'any', IntrospectionConfig: 'any',
  QueryDepthLimit: 'any',
  ResolverCountLimit: 'any',
}

/** A GraphQL API under construction. */
interface GraphQl extends Api { sam: Sam }

const given = (members: Dict): Dict => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null))
const some = (members: Dict): Dict => Object.fromEntries(Object.entries(members).filter(([, value]) => truthy(value)))

/** AWS::Serverless::GraphQLApi: an AppSync API with its schema, data sources, functions, resolvers, keys, cache and domain. */
export function serverlessGraphQlApi(sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  checkGraphQlApi(id, properties)
  const attributes = attributesOf(resource)
  const graph: GraphQl = {
    sam, id, properties, apiId: getAtt(id, 'ApiId'), make: (type, madeId, members) => generated(type, madeId, members, attributes, resource.DependsOn),
    dataSourceNames: new Map(), functionIds: new Map(), none: undefined,
  }
  const { api, role, lambdas } = apiResource(graph)
  const schema = schemaResource(graph)
  const resources = [
    api, schema, ...lambdas.flatMap((arn, index) => authorizerConnector(graph, arn, index + 1)), ...role ? [role] : [], ...keyResources(graph),
    ...cacheResource(graph),
    ...dataSources(graph), ...domainResources(graph), ...graphQlFunctions(graph),
    ...graphQlResolvers(graph, (type, madeId, members) => generated(type, madeId, members, attributes, [schema.id])),
  ]
  return graph.none ? [...resources, graph.none] : resources
}

function apiResource(graph: GraphQl): { api: Generated, role: Generated | undefined, lambdas: Value[] } {
  const { id, properties, make } = graph
  const { Name, Visibility, OwnerContact, XrayEnabled, IntrospectionConfig, QueryDepthLimit, ResolverCountLimit, Auth, Tags } = properties
  const lambdas: Value[] = []
  const { Additional, ...main } = Auth
  const additional = (truthy(Additional) ? Additional : [])
    .map((each: Dict, index: number) => ({ AuthenticationType: each.Type, ...authorizerConfig(id, each, lambdas, index) }))
  const mainLambdas: Value[] = []
  const own = authorizerConfig(id, main, mainLambdas)
  const { log, role } = logging(graph)
  const api = make('AWS::AppSync::GraphQLApi', id, {
    Name: truthy(Name) ? Name : id, ...some({ Visibility, OwnerContact, IntrospectionConfig, QueryDepthLimit, ResolverCountLimit }),
    XrayEnabled: asFlag(XrayEnabled),
    AuthenticationType: Auth.Type, ...own, AdditionalAuthenticationProviders: additional.length > 0 ? additional : undefined,
    Tags: tagList({ ...Tags, 'graphqlapi:createdBy': 'SAM' }), LogConfig: log,
  })
  return { api, role, lambdas: [...mainLambdas, ...lambdas] }
}

function asFlag(value: Value): Value {
  if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined
  return ['true', 'yes', 'on', '1'].includes(String(value).toLowerCase())
}

const configs: Record<string, [string, string]> = {
  AWS_LAMBDA: ['LambdaAuthorizer', 'LambdaAuthorizerConfig'], OPENID_CONNECT: ['OpenIDConnect', 'OpenIDConnectConfig'],
  AMAZON_COGNITO_USER_POOLS: ['UserPool', 'UserPoolConfig'],
}

function authorizerConfig(id: string, auth: Dict, lambdas: Value[], index?: number): Dict {
  const path = index ? `Auth.Additional.${index}` : 'Auth'
  if (Object.keys(given(auth)).length > 2) throw invalidResource(id, `'${path}' has more than one authentication configuration defined.`)
  const [member, config] = configs[auth.Type] ?? []
  if (!member || !config) return {}
  const settings = auth[member]
  if (settings === undefined || settings === null) throw invalidResource(id, `'${member}' must be defined if type is '${auth.Type}'.`)
  const members = given(settings)
  if (member === 'LambdaAuthorizer') lambdas.push(members.AuthorizerUri)
  // Only the API's first authorizer decides what happens to those whom no pool knows.
  if (member === 'UserPool' && index !== undefined) delete members.DefaultAction
  return truthy(members) ? { [config]: members } : {}
}

function logging({ id, properties: { Logging }, make }: GraphQl): { log: Dict | undefined, role: Generated | undefined } {
  if (Logging === false) return { log: undefined, role: undefined }
  const { ExcludeVerboseContent, FieldLogLevel, CloudWatchLogsRoleArn } = typeof Logging === 'object' && Logging !== null ? Logging : {} as Dict
  const log: Dict = { ...some({ ExcludeVerboseContent }), FieldLogLevel: truthy(FieldLogLevel) ? FieldLogLevel : 'ALL' }
  if (truthy(CloudWatchLogsRoleArn)) return { log: { ...log, CloudWatchLogsRoleArn }, role: undefined }
  const role = make('AWS::IAM::Role', `${id}CloudWatchRole`, {
    AssumeRolePolicyDocument: assumeRolePolicy('appsync.amazonaws.com'),
    ManagedPolicyArns: [sub('arn:${AWS::Partition}:iam::aws:policy/service-role/AWSAppSyncPushToCloudWatchLogs')],
  })
  return { log: { ...log, CloudWatchLogsRoleArn: getAtt(role.id, 'Arn') }, role }
}

function schemaResource({ id, apiId, properties: { SchemaInline, SchemaUri }, make }: GraphQl): Generated {
  if (!truthy(SchemaInline) && !truthy(SchemaUri)) throw invalidResource(id, "One of 'SchemaInline' or 'SchemaUri' must be set.")
  if (truthy(SchemaInline) && truthy(SchemaUri)) throw invalidResource(id, "Both 'SchemaInline' and 'SchemaUri' cannot be defined at the same time.")
  return make('AWS::AppSync::GraphQLSchema', `${id}Schema`, { ApiId: apiId, Definition: SchemaInline, DefinitionS3Location: SchemaUri })
}

const connector = ({ sam }: GraphQl, id: string, Source: Dict, Destination: Dict, Permissions: string[]): Generated[] =>
  serverlessConnector(sam, id, {}, { Source, Destination, Permissions })

const authorizerConnector = (graph: GraphQl, arn: Value, index: number): Generated[] => connector(graph, `${graph.id}ToLambdaAuthConnector${index}`,
  { Type: 'AWS::AppSync::GraphQLApi', Arn: ref(graph.id), ResourceId: graph.apiId }, { Type: 'AWS::Lambda::Function', Arn: arn }, ['Write'])

const keyResources = ({ id, apiId, properties: { ApiKeys }, make }: GraphQl): Generated[] => entriesOf(truthy(ApiKeys) ? ApiKeys : {}).map(([name, key]) =>
  make('AWS::AppSync::ApiKey', id + name, { ApiId: apiId, ApiKeyId: key.ApiKeyId, Description: key.Description, Expires: key.ExpiresOn }))

function cacheResource({ id, apiId, properties: { Cache }, make }: GraphQl): Generated[] {
  if (!truthy(Cache)) return []
  const { ApiCachingBehavior, Type, Ttl, AtRestEncryptionEnabled, TransitEncryptionEnabled } = Cache
  return [make('AWS::AppSync::ApiCache', `${id}ApiCache`, { ApiId: apiId, ApiCachingBehavior, Type, Ttl, AtRestEncryptionEnabled, TransitEncryptionEnabled })]
}

function domainResources({ id, apiId, properties, make }: GraphQl): Generated[] {
  if (!truthy(properties.DomainName)) return []
  const { CertificateArn, DomainName, Description } = properties.DomainName
  const domain = make('AWS::AppSync::DomainName', `${id}DomainName`, { CertificateArn, DomainName, Description })
  return [domain, make('AWS::AppSync::DomainNameApiAssociation', `${id}DomainNameApiAssociation`, { ApiId: apiId, DomainName: ref(domain.id) })]
}

interface SourceKind { suffix: string, type: string, members: Dict, target: Dict, connectorId: string, permissions: string[] }

function dataSources(graph: GraphQl): Generated[] {
  const { DynamoDb, Lambda } = graph.properties.DataSources ?? {}
  return [
    ...entriesOf(truthy(DynamoDb) ? DynamoDb : {}).flatMap(([name, source]) => dataSource(graph, name, source, {
      suffix: 'DynamoDB', type: 'AMAZON_DYNAMODB', members: { DynamoDBConfig: tableConfig(source) }, connectorId: 'ToTableConnector',
      target: { Type: 'AWS::DynamoDB::Table', Arn: truthy(source.TableArn) ? source.TableArn : tableArn(source) },
      permissions: truthy(source.Permissions) ? source.Permissions : ['Read', 'Write'],
    })),
    ...entriesOf(truthy(Lambda) ? Lambda : {}).flatMap(([name, source]) => dataSource(graph, name, source, {
      suffix: 'Lambda', type: 'AWS_LAMBDA', members: { LambdaConfig: { LambdaFunctionArn: source.FunctionArn } }, connectorId: 'ToLambdaConnector',
      target: { Type: 'AWS::Lambda::Function', Arn: source.FunctionArn }, permissions: ['Write'],
    })),
  ]
}

function dataSource(graph: GraphQl, name: string, source: Dict, kind: SourceKind): Generated[] {
  const { id, apiId, make } = graph
  const sourceId = `${id}${name}${kind.suffix}DataSource`
  graph.dataSourceNames.set(name, getAtt(sourceId, 'Name'))
  const role = truthy(source.ServiceRoleArn)
    ? undefined
    : make('AWS::IAM::Role', `${sourceId}Role`, { AssumeRolePolicyDocument: assumeRolePolicy('appsync.amazonaws.com') })
  const resource = make('AWS::AppSync::DataSource', sourceId, {
    Name: truthy(source.Name) ? source.Name : name, Type: kind.type, ApiId: apiId, Description: source.Description, ...kind.members,
    ServiceRoleArn: role ? getAtt(role.id, 'Arn') : source.ServiceRoleArn,
  })
  if (!role) return [resource]
  const from = { Type: 'AWS::AppSync::DataSource', Arn: getAtt(sourceId, 'DataSourceArn'), RoleName: ref(role.id) }
  return [resource, role, ...connector(graph, sourceId + kind.connectorId, from, kind.target, kind.permissions)]
}

const regionOf = (source: Dict): Value => truthy(source.Region) ? source.Region : ref('AWS::Region')

function tableConfig(source: Dict): Dict {
  const { TableName, UseCallerCredentials, Versioned, DeltaSync } = source
  return { AwsRegion: regionOf(source), TableName, ...some({ UseCallerCredentials, Versioned, DeltaSyncConfig: DeltaSync }) }
}

const tableArn = (source: Dict): Dict =>
  sub(
    'arn:${AWS::Partition}:dynamodb:${__Region__}:${AWS::AccountId}:table/${__TableName__}', { __TableName__: source.TableName, __Region__: regionOf(source) }
  )
