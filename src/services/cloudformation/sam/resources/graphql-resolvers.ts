import { invalidResource } from '../errors.ts'
import { getAtt } from '../intrinsics.ts'
import { entriesOf, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import type { Generated } from '../resource.ts'

/** What functions and resolvers need to know of their API, which is under construction. */
export interface Api {
  id: string
  apiId: Value
  properties: Dict
  /** Makes a resource with the API's own attributes and dependencies. */
  make: (type: string, id: string, properties: Dict) => Generated
  dataSourceNames: Map<string, Value>
  functionIds: Map<string, Value>
  /** The data source of functions that have none, made when one asks for it. */
  none: Generated | undefined
}

/** A pipeline resolver without code of its own passes on what its last function returned. */
const passOn = '\nexport function request(ctx) {\n    return {};\n}\n\nexport function response(ctx) {\n    return ctx.prev.result;\n}\n'

const given = (members: Dict): Dict => Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== null))

function runtimeOf(name: string, { Runtime }: Dict): Dict {
  if (!truthy(Runtime)) throw invalidResource(name, `'Runtime' must be defined as a property in ${name}.`)
  return { Name: Runtime.Name, RuntimeVersion: Runtime.Version }
}

export function graphQlFunctions(api: Api): Generated[] {
  const { Functions } = api.properties
  return entriesOf(truthy(Functions) ? Functions : {}).flatMap(([name, definition]) => {
    if (truthy(definition.Id)) {
      if (Object.keys(given(definition)).length !== 1) throw invalidResource(name, "'Id' cannot be defined with other properties in Function.")
      api.functionIds.set(name, definition.Id)
      return []
    }
    return [functionResource(api, name, definition)]
  })
}

function functionResource(api: Api, name: string, definition: Dict): Generated {
  const { InlineCode, CodeUri, MaxBatchSize, Description, Sync } = definition
  if (truthy(InlineCode) && truthy(CodeUri)) throw invalidResource(name, "Both 'InlineCode' and 'CodeUri' cannot be defined at the same time.")
  if (!truthy(InlineCode) && !truthy(CodeUri)) throw invalidResource(name, "One of 'InlineCode' or 'CodeUri' must be set.")
  const resource = api.make('AWS::AppSync::FunctionConfiguration', api.id + name, {
    ApiId: api.apiId, Name: truthy(definition.Name) ? definition.Name : name, Code: truthy(InlineCode) ? InlineCode : undefined,
    CodeS3Location: truthy(InlineCode) ? undefined : CodeUri, DataSourceName: dataSourceName(api, name, definition.DataSource), MaxBatchSize, Description,
    Runtime: runtimeOf(name, definition), SyncConfig: truthy(Sync) ? given(Sync) : undefined,
  })
  api.functionIds.set(name, getAtt(resource.id, 'FunctionId'))
  return resource
}

function dataSourceName(api: Api, name: string, source: Value): Value {
  if (!truthy(source)) throw invalidResource(name, "'DataSource' must be set.")
  if (typeof source !== 'string') return source
  if (source.toLowerCase() === 'none') {
    const id = `${api.id}NoneDataSource`
    api.none ??= api.make('AWS::AppSync::DataSource', id, { ApiId: api.apiId, Name: id, Type: 'NONE' })
    return getAtt(id, 'Name')
  }
  if (api.dataSourceNames.has(source)) return api.dataSourceNames.get(source)
  throw invalidResource(name, `Either define DataSource '${source}' in 'DataSources' or use intrinsic function like GetAtt, ImportValue, Sub or another one `
    + 'to reference a DataSource defined outside of this GraphQLApi resource.')
}

/** `make` gives the resolvers their dependency on the schema, without which there are no fields to resolve. */
export function graphQlResolvers(api: Api, make: Api['make']): Generated[] {
  const { Resolvers } = api.properties
  return entriesOf(truthy(Resolvers) ? Resolvers : {}).flatMap(([type, resolvers]) => entriesOf(resolvers).map(([name, resolver]) => {
    const { InlineCode, CodeUri, FieldName, Pipeline, Caching, MaxBatchSize } = resolver
    if (truthy(InlineCode) && truthy(CodeUri)) throw invalidResource(name, "Both 'InlineCode' and 'CodeUri' cannot be defined at the same time.")
    const hasCode = truthy(InlineCode) || truthy(CodeUri)
    const code = hasCode ? { Code: InlineCode, CodeS3Location: CodeUri, Runtime: runtimeOf(name, resolver) }
      : { Code: passOn, Runtime: { Name: 'APPSYNC_JS', RuntimeVersion: '1.0.0' } }
    if (!truthy(Pipeline)) {
      throw invalidResource(
        name, `Resolver '${name}' must have Pipeline defined. Unit resolvers are not supported. If you need a Unit resolver you can use AppSync resource.`
      )
    }
    const functions = Pipeline.map((each: string) => {
      if (!api.functionIds.has(each)) throw invalidResource(name, `Function '${each}' does not exist.`)
      return api.functionIds.get(each)
    })
    return make('AWS::AppSync::Resolver', api.id + type + name, {
      ...code, ApiId: api.apiId, FieldName: truthy(FieldName) ? FieldName : name, TypeName: type, Kind: 'PIPELINE', PipelineConfig: { Functions: functions },
      CachingConfig: truthy(Caching) ? given(Caching) : undefined, MaxBatchSize: truthy(MaxBatchSize) ? MaxBatchSize : undefined,
    })
  }))
}
