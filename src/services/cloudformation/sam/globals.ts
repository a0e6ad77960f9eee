import { invalidDocument, invalidGlobals, invalidResource } from './errors.ts'
import { isIntrinsic } from './intrinsics.ts'
import { isOpenApi3 } from './openapi/editor.ts'
import { deepCopy, drop, entriesOf, isDict, keysOf, memberText, move, pyRepr, pyStr, put, shallowCopy, textFlag, truthy } from './python.ts'
import type { Dict, Value } from './python.ts'

const prefix = 'AWS::Serverless::'

/** Types of SAM resources that take part in Globals and the rest of the preparation. */
export const samTypes = new Set(['Api', 'Function', 'SimpleTable', 'Application', 'LayerVersion', 'HttpApi', 'WebSocketApi', 'StateMachine', 'CapacityProvider']
  .map(name => prefix + name))

const supported: Record<string, string[]> = {
  Function: [
    'Handler', 'Runtime', 'CodeUri', 'DeadLetterQueue', 'Description', 'MemorySize', 'Timeout', 'VpcConfig', 'Environment', 'Tags', 'PropagateTags', 'Tracing',
    'KmsKeyArn',
    'AutoPublishAlias', 'AutoPublishAliasAllProperties', 'Layers', 'DeploymentPreference', 'RolePath', 'PermissionsBoundary', 'ReservedConcurrentExecutions',
    'ProvisionedConcurrencyConfig', 'AssumeRolePolicyDocument', 'EventInvokeConfig', 'FileSystemConfigs', 'CodeSigningConfigArn', 'Architectures', 'SnapStart',
    'EphemeralStorage', 'FunctionUrlConfig', 'RuntimeManagementConfig', 'LoggingConfig', 'RecursiveLoop', 'SourceKMSKeyArn', 'TenancyConfig', 'DurableConfig',
    'CapacityProviderConfig', 'FunctionScalingConfig', 'PublishToLatestPublished', 'VersionDeletionPolicy',
  ],
  Api: [
    'Auth', 'Name', 'DefinitionUri', 'CacheClusterEnabled', 'CacheClusterSize', 'MergeDefinitions', 'Variables', 'EndpointConfiguration', 'MethodSettings',
    'BinaryMediaTypes',
    'MinimumCompressionSize', 'Cors', 'GatewayResponses', 'AccessLogSetting', 'CanarySetting', 'TracingEnabled', 'OpenApiVersion', 'Domain', 'AlwaysDeploy',
    'PropagateTags',
    'SecurityPolicy', 'EndpointAccessMode',
  ],
  HttpApi: [
    'Auth', 'AccessLogSettings', 'StageVariables', 'Tags', 'CorsConfiguration', 'DefaultRouteSettings', 'Domain', 'RouteSettings', 'FailOnWarnings',
    'PropagateTags',
  ],
  SimpleTable: ['SSESpecification'],
  StateMachine: ['PropagateTags'],
  LayerVersion: ['PublishLambdaVersion'],
  CapacityProvider: ['VpcConfig', 'OperatorRole', 'Tags', 'InstanceRequirements', 'ScalingConfig', 'KmsKeyArn', 'PropagateTags'],
  WebSocketApi: [
    'AccessLogSettings', 'ApiKeySelectionExpression', 'DefaultRouteSettings', 'DisableExecuteApiEndpoint', 'DisableSchemaValidation', 'Domain',
    'FailOnWarnings', 'IpAddressType',
    'PropagateTags', 'RouteSelectionExpression', 'RouteSettings', 'StageVariables', 'Tags',
  ],
}

/** Taken too, but not named in the error. */
const unlisted: Record<string, string[]> = { CapacityProvider: ['LoggingConfig', 'ManagedResourceTags'] }

/** Where a resource's own value does not merge with the global one: it replaces it, or picks only the global members that it names. */
const rules: Record<string, 'replace' | 'prune'> = {
  'Function.Architectures': 'replace', 'CapacityProvider.InstanceRequirements.Architectures': 'replace', 'CapacityProvider.ManagedResourceTags': 'prune',
}

function checkGlobals(globals: Value): Dict {
  if (!isDict(globals)) throw invalidGlobals('It must be a non-empty dictionary')
  for (const [section, properties] of entriesOf(globals)) {
    const known = supported[section]
    if (!known) throw invalidGlobals(`'${section}' is not supported. Must be one of the following values - ${pyRepr(Object.keys(supported).sort())}`)
    if (!isDict(properties)) throw invalidGlobals('Value of ${section} must be a dictionary')
    const unknown = keysOf(properties).find(key => !known.includes(key) && !unlisted[section]?.includes(key))
    if (unknown) throw invalidGlobals(`'${unknown}' is not a supported property of '${section}'. Must be one of the following values - ${pyRepr(known)}`)
  }
  return globals
}

/** The global properties that the resource does not ignore. */
function wanted(id: string, globals: Dict, ignored: Value): Dict {
  const refuse = (end: string) => invalidDocument(invalidResource(id, `Resource ${id} has invalid resource attribute 'IgnoreGlobals'${end}.`))
  if (!truthy(ignored)) return globals
  if (ignored === '*') return {}
  if (!Array.isArray(ignored)) throw refuse('')
  const rest = deepCopy(globals)
  for (const key of ignored) {
    if (!Object.hasOwn(rest, key)) throw refuse(` on item '${pyStr(key)}'`)
    drop(rest, key)
  }
  return rest
}

const isMap = (value: Value): boolean => isDict(value) && !isIntrinsic(value)

function merge(global: Value, local: Value, path: string): Value {
  if (Array.isArray(global) && Array.isArray(local)) return rules[path] === 'replace' ? local : [...global, ...local]
  if (!isMap(global) || !isMap(local)) return local
  if (rules[path] === 'replace') return local
  const result = rules[path] === 'prune' && truthy(local) ? {} : shallowCopy(global)
  for (const key of keysOf(local)) {
    const value = Object.hasOwn(global, key) ? merge(global[key], local[key], `${path}.${key}`) : local[key]
    move(result, key, local, value)
  }
  return result
}

/** Merges the Globals section into the resources and takes it away; gives managed API definitions their OpenAPI version. */
export function applyGlobals(template: Dict): void {
  const globals = Object.hasOwn(template, 'Globals') ? checkGlobals(template.Globals) : {}
  for (const [id, resource] of entriesOf(template.Resources)) {
    if (!samTypes.has(resource.Type)) continue
    const section = resource.Type.slice(prefix.length)
    const properties = Object.hasOwn(resource, 'Properties') ? resource.Properties : {}
    resource.Properties = Object.hasOwn(globals, section) ? merge(wanted(id, globals[section], resource.IgnoreGlobals), properties, section) : properties
  }
  drop(template, 'Globals')
  for (const resource of Object.values(template.Resources as Dict)) if (resource.Type === 'AWS::Serverless::Api') setVersion(resource.Properties)
}

function setVersion(properties: Dict): void {
  if (!Object.hasOwn(properties, 'OpenApiVersion') || !Object.hasOwn(properties, '__MANAGE_SWAGGER') || !isOpenApi3(memberText(properties, 'OpenApiVersion'))) {
    return
  }
  if (typeof properties.OpenApiVersion !== 'string') put(properties, 'OpenApiVersion', memberText(properties, 'OpenApiVersion'))
  if (!isDict(properties.DefinitionBody)) return
  put(properties.DefinitionBody, 'openapi', properties.OpenApiVersion, textFlag(properties, 'OpenApiVersion'))
  if (truthy(properties.DefinitionBody.swagger)) drop(properties.DefinitionBody, 'swagger')
}
