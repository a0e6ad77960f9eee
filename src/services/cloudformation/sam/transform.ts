import { addDefaultDefinitions, addImplicitApis } from './implicit.ts'
import { addEmbeddedConnectors } from './connectors/embedded.ts'
import { duplicateId, invalidDocument, invalidResource, invalidTemplate, SamError, SamFault } from './errors.ts'
import { idOfReference } from './events/rest-api.ts'
import { applyGlobals, samTypes } from './globals.ts'
import { resolveChangedIds, resolveParameters, resolveResourceReferences } from './intrinsics.ts'
import { addDeployments } from './preferences.ts'
import { checkProperties, checkShape } from './properties.ts'
import { deepCopy, drop, entriesOf, fromTemplate, isDict, put, pyDict, pyRepr, truthy } from './python.ts'
import type { Dict, Value } from './python.ts'
import { toTemplate } from './resource.ts'
import type { Generated } from './resource.ts'
import { awaitApplications, requestApplications } from './resources/application.ts'
import type { ServerlessRepo } from './resources/application.ts'
import { partitionOf } from './scope.ts'
import type { Sam } from './scope.ts'
import { types } from './types.ts'

export interface SamOptions {
  region: string
  /** Found from the region where it is not given. */
  partition?: string
  /** Values of the template's parameters; defaults are the template's own. */
  parameters: Record<string, Value>
  /** ARNs of managed policies by name, for Policies that name one without its ARN. */
  managedPolicies: Record<string, string>
  serverlessRepo?: ServerlessRepo
  /** Whether a behaviour that SAM has not yet given everyone is on; none is, where this is not given. */
  featureToggles?: (name: string) => boolean
  /** Copies Metadata of a SAM resource to what it becomes. */
  passthroughMetadata?: boolean
  /** Milliseconds since 1970. Only AlwaysDeploy looks at the time. */
  now?: () => number
}

/**
 * The transform AWS::Serverless-2016-10-31: turns a SAM template (which it leaves as it is) into a CloudFormation template, with the same
 * logical ids as the official translator. Throws SamError with all causes. Waits only for `serverlessRepo`.
 */
export async function transformSam(template: Dict, options: SamOptions): Promise<{ template: Dict }> {
  const source = deepCopy(template)
  try {
    checkTemplate(source)
    if (needsOrder(source)) orderTemplate(source)
    const parameters = parametersOf(source, options)
    const applications: Sam['applications'] = new Map()
    const pending = await requestApplications(source, { parameters, applications }, options.serverlessRepo)
    addDefaultDefinitions(source)
    addImplicitApis(source)
    applyGlobals(source)
    const sam = scopeOf(source, parameters, applications, options)
    addEmbeddedConnectors(sam)
    sam.output = deepCopy(source)
    for (const [id, resource] of resourcesInTurn(source)) transformResource(sam, id, resource, options)
    addDeployments(sam)
    const late = await awaitApplications(pending, options.serverlessRepo)
    if (late) sam.faults.push(late)
    if (sam.faults.length > 0) throw new SamError(sam.faults)
    return { template: finish(sam) }
  } catch (error) {
    if (error instanceof SamError) throw error
    throw new SamError([error instanceof SamFault ? error : invalidTemplate(`It could not be read as SAM: ${(error as Error).message}`)], { cause: error })
  }
}

function checkTemplate(template: Dict): void {
  if (!isDict(template.Resources) || Object.keys(template.Resources).length === 0) throw invalidDocument(invalidTemplate("'Resources' section is required"))
  if (!Object.values(template.Resources).every(isDict)) {
    throw invalidDocument(invalidTemplate("All 'Resources' must be Objects. If you're using YAML, this may be an indentation issue."))
  }
  for (const [id, resource] of Object.entries(template.Resources as Dict)) {
    if (truthy(resource.Condition) && typeof resource.Condition !== 'string') throw invalidDocument(invalidTemplate('Every Condition member must be a string.'))
    if (samTypes.has(resource.Type) && Object.hasOwn(resource, 'Properties') && !isDict(resource.Properties)) {
      throw invalidDocument(invalidResource(id, "Attribute 'Properties' should be a map."))
    }
  }
  for (const section of ['Mappings', 'Parameters']) {
    if (Object.hasOwn(template, section) && section === 'Mappings' && !isDict(template[section])) {
      throw invalidDocument(invalidTemplate("'Mappings' or 'Parameters' is either null or not a valid dictionary."))
    }
  }
}

const eventsOf = (resource: Dict): Dict[] => {
  const events = isDict(resource.Properties) ? resource.Properties.Events : undefined
  return isDict(events) ? Object.values(events).filter(isDict) : []
}

/** Whether hashes over an API's definition will be taken, so that the order of Python 2.7 matters. */
function needsOrder(template: Dict): boolean {
  const resources: Dict[] = Object.values(template.Resources as Dict)
  const hasEvent = (types: string[], event: string) =>
    resources.some(resource => types.includes(resource.Type) && eventsOf(resource).some(each => each.Type === event))
  if (resources.some(resource => resource.Type === 'AWS::Serverless::Api')) return true
  if (hasEvent(['AWS::Serverless::Function', 'AWS::Serverless::StateMachine'], 'Api')) return true
  const globalDefault = truthy(template.Globals?.HttpApi?.Auth?.DefaultAuthorizer)
  const httpApis = resources.filter(resource => resource.Type === 'AWS::Serverless::HttpApi')
  if (httpApis.some(api => globalDefault || truthy(api.Properties?.Auth?.DefaultAuthorizer))) return true
  return globalDefault && hasEvent(['AWS::Serverless::Function'], 'HttpApi')
}

function orderTemplate(template: Dict): void {
  if (isDict(template.Globals) && Object.hasOwn(template.Globals, 'Api')) template.Globals.Api = fromTemplate(template.Globals.Api)
  for (const parameter of Object.values(isDict(template.Parameters) ? template.Parameters : {})) {
    if (isDict(parameter) && Object.hasOwn(parameter, 'Default')) parameter.Default = fromTemplate(parameter.Default)
  }
  const resources = pyDict()
  for (const [id, resource] of Object.entries(template.Resources as Dict)) {
    const properties = resource.Properties
    if (properties !== undefined && properties !== null) {
      if (['AWS::Serverless::Api', 'AWS::Serverless::HttpApi'].includes(resource.Type)) resource.Properties = fromTemplate(properties)
      else if (['AWS::Serverless::Function', 'AWS::Serverless::StateMachine'].includes(resource.Type)) {
        for (const name of ['FunctionName', 'Events']) if (Object.hasOwn(properties, name)) properties[name] = fromTemplate(properties[name])
      }
    }
    put(resources, id, resource, 'k')
  }
  template.Resources = resources
}

function parametersOf(template: Dict, options: SamOptions): Dict {
  const parameters: Dict = { ...options.parameters }
  for (const [name, parameter] of Object.entries(isDict(template.Parameters) ? template.Parameters : {})) {
    if (!Object.hasOwn(parameters, name) && isDict(parameter) && Object.hasOwn(parameter, 'Default')) parameters[name] = parameter.Default
  }
  parameters['AWS::Region'] ??= options.region
  parameters['AWS::Partition'] ??= options.partition ?? partitionOf(options.region)
  return parameters
}

function scopeOf(source: Dict, parameters: Dict, applications: Sam['applications'], options: SamOptions): Sam {
  return {
    region: options.region, partition: options.partition ?? partitionOf(options.region), source, output: source, parameters,
    managedPolicies: options.managedPolicies,
    toggles: options.featureToggles ?? (() => false), faults: [], references: new Map(), changedIds: new Map(), preferences: new Map(),
    usagePlan: {
      stageKeys: [], apiStages: [], dependsOn: [], conditions: new Set(), anyWithoutCondition: false, deletionPolicy: undefined, updateReplacePolicy: undefined,
    },
    recordSetGroups: new Map(), functionNames: new Map(), applications, now: options.now ?? Date.now,
  }
}

function resourcesInTurn(source: Dict): [string, Dict][] {
  const known = entriesOf(source.Resources as Dict).filter(([, resource]) => typeof resource.Type === 'string' && Object.hasOwn(types, resource.Type))
  return known.map((entry, index) => ({ entry, index, turn: types[entry[1].Type]!.turn })).sort((a, b) => a.turn - b.turn || a.index - b.index)
    .map(({ entry }) => entry)
}

function transformResource(sam: Sam, id: string, resource: Dict, options: SamOptions): void {
  const type = types[resource.Type]!
  try {
    const properties = checkShape(id, resource)
    type.prepare?.(sam, id, properties)
    checkProperties(id, resource.Type, type.properties, properties)
    noteFunctionNames(sam, resource)
    const made = type.resources(sam, id, resource, properties)
    for (const [name, generatedType] of Object.entries(type.references ?? {})) {
      const found = made.findLast(each => each.type === generatedType)
      if (found) sam.references.set(`${id}.${name}`, found.id)
    }
    drop(sam.output.Resources, id)
    for (const each of made) addToOutput(sam, id, each, options.passthroughMetadata ? resource.Metadata : undefined)
  } catch (error) {
    if (!(error instanceof SamFault)) throw error
    sam.faults.push(error)
  }
}

/** The name of a function behind an API is part of what the API's deployment depends on. */
function noteFunctionNames(sam: Sam, resource: Dict): void {
  if (resource.Type !== 'AWS::Serverless::Function') return
  for (const [, event] of entriesOf(isDict(resource.Properties?.Events) ? resource.Properties.Events : {})) {
    if (event?.Type !== 'Api' || !truthy(event.Properties?.RestApiId)) continue
    const api = idOfReference(event.Properties.RestApiId)
    const name = resolveParameters(deepCopy(resource.Properties.FunctionName), sam.parameters)
    if (typeof api === 'string' && truthy(name)) {
      sam.functionNames.set(api, [...sam.functionNames.get(api) ?? [], typeof name === 'string' ? name : pyRepr(name)])
    }
  }
}

/** Types of generated resources that may take the place of one of the template's, by the type that this one has. */
const mayReplace: Record<string, string[]> = {
  'AWS::Lambda::Function': ['AWS::Serverless::Function'], 'AWS::Lambda::LayerVersion': ['AWS::Serverless::LayerVersion'],
  'AWS::Lambda::CapacityProvider': ['AWS::Serverless::CapacityProvider'], 'AWS::ApiGateway::RestApi': ['AWS::Serverless::Api'],
  'AWS::ApiGatewayV2::Api': ['AWS::Serverless::HttpApi', 'AWS::Serverless::WebSocketApi'], 'AWS::S3::Bucket': ['AWS::S3::Bucket'],
  'AWS::SNS::Topic': ['AWS::SNS::Topic'],
  'AWS::DynamoDB::Table': ['AWS::Serverless::SimpleTable'], 'AWS::CloudFormation::Stack': ['AWS::Serverless::Application'],
  'AWS::Cognito::UserPool': ['AWS::Cognito::UserPool'],
  'AWS::ApiGateway::DomainName': ['AWS::ApiGateway::DomainName'], 'AWS::ApiGateway::BasePathMapping': ['AWS::ApiGateway::BasePathMapping'],
  'AWS::ApiGateway::DomainNameV2': ['AWS::ApiGateway::DomainNameV2'], 'AWS::ApiGateway::BasePathMappingV2': ['AWS::ApiGateway::BasePathMappingV2'],
  'AWS::StepFunctions::StateMachine': ['AWS::Serverless::StateMachine'], 'AWS::AppSync::GraphQLApi': ['AWS::Serverless::GraphQLApi'],
}

export const isFreeId = (resources: Dict, id: string, type: string): boolean =>
  !Object.hasOwn(resources, id) || (mayReplace[type]?.includes(resources[id].Type) ?? false)

function addToOutput(sam: Sam, ownerId: string, resource: Generated, metadata: Value): void {
  if (!isFreeId(sam.source.Resources, resource.id, resource.type)) {
    sam.faults.push(duplicateId(ownerId, resource.id, resource.type))
    return
  }
  const entry = toTemplate(resource)
  if (truthy(metadata) && !Object.hasOwn(sam.output.Resources, resource.id)) entry.Metadata = metadata
  put(sam.output.Resources, resource.id, entry)
}

function finish(sam: Sam): Dict {
  const output = sam.output
  delete output.Transform
  renameDependencies(output, sam.changedIds)
  const template = resolveResourceReferences(resolveChangedIds(output, sam.changedIds), sam.references)
  return JSON.parse(JSON.stringify(template)) as Dict
}

function renameDependencies(value: Value, changed: Map<string, string>): void {
  if (changed.size === 0 || typeof value !== 'object' || value === null) return
  if (isDict(value)) {
    const dependencies = value.DependsOn
    if (typeof dependencies === 'string') value.DependsOn = changed.get(dependencies) ?? dependencies
    else if (Array.isArray(dependencies)) value.DependsOn = dependencies.map(each => changed.get(each) ?? each)
  }
  for (const item of Object.values(value)) renameDependencies(item, changed)
}
