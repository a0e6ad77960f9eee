import type { Known, ResourceContext } from '../../../platform/resource-type.ts'
import { allPages } from '../../../platform/standing.ts'
import { found, functionAsGiven, orEmpty, shortName } from '../functions/cloudformation-standing.ts'

type Properties = Known<any>

/** A function's name and what follows it in an ARN; undefined where nothing follows. */
const partsOf = (arn: string) => {
  const [FunctionName, Qualifier] = shortName(arn).split(':')
  return Qualifier === undefined ? undefined : { FunctionName: FunctionName!, Qualifier }
}

async function provisioned({ aws }: ResourceContext, place: { FunctionName: string, Qualifier: string }) {
  const config = await found(aws.lambda.GetProvisionedConcurrencyConfig(place))
  return config && { ProvisionedConcurrentExecutions: config.RequestedProvisionedConcurrentExecutions }
}

/** Versions that exist already: for drift detection, import and Cloud Control. */
export const standingVersions = {
  identifier: 'FunctionArn', listBy: ['FunctionName'],
  async read(resource: ResourceContext, id: string, known: Properties) {
    const place = partsOf(id)
    if (!place || !/^\d+$/.test(place.Qualifier)) return undefined
    const { lambda } = resource.aws
    const version = await found(lambda.GetFunctionConfiguration(place))
    if (!version) return undefined
    const { UpdateRuntimeOn, RuntimeVersionArn } = await lambda.GetRuntimeManagementConfig(place)
    return {
      FunctionName: functionAsGiven(place.FunctionName, known.FunctionName), Description: version.Description, CodeSha256: version.CodeSha256,
      ProvisionedConcurrencyConfig: await provisioned(resource, place),
      RuntimePolicy: { UpdateRuntimeOn, ...RuntimeVersionArn !== undefined && { RuntimeVersionArn } },
    }
  },
  attributes: async (_: ResourceContext, id: string) => ({ Version: partsOf(id)?.Qualifier, FunctionArn: id }),
  async list({ aws }: ResourceContext, { FunctionName }: Properties) {
    const versions = await allPages(async Marker => {
      const { Versions, NextMarker } = await aws.lambda.ListVersionsByFunction({ FunctionName, ...Marker !== undefined && { Marker } })
      return { items: Versions, next: NextMarker }
    })
    return versions.filter(version => version.Version !== '$LATEST').map(version => version.FunctionArn!)
  },
}

/** Aliases that exist already. */
export const standingAliases = {
  identifier: 'AliasArn', listBy: ['FunctionName'],
  async read(resource: ResourceContext, id: string, known: Properties) {
    const place = partsOf(id)
    const alias = place && await found(resource.aws.lambda.GetAlias({ FunctionName: place.FunctionName, Name: place.Qualifier }))
    if (!alias) return undefined
    const weights = Object.entries(alias.RoutingConfig?.AdditionalVersionWeights ?? {})
    const AdditionalVersionWeights = weights.map(([FunctionVersion, FunctionWeight]) => ({ FunctionVersion, FunctionWeight }))
    return {
      FunctionName: functionAsGiven(place.FunctionName, known.FunctionName), Name: alias.Name, FunctionVersion: alias.FunctionVersion,
      Description: alias.Description,
      RoutingConfig: orEmpty(weights.length > 0 ? { AdditionalVersionWeights } : undefined, known.RoutingConfig),
      ProvisionedConcurrencyConfig: await provisioned(resource, place),
    }
  },
  attributes: async (_: ResourceContext, id: string) => ({ AliasArn: id }),
  list: ({ aws }: ResourceContext, { FunctionName }: Properties): Promise<string[]> => allPages(async Marker => {
    const { Aliases, NextMarker } = await aws.lambda.ListAliases({ FunctionName, ...Marker !== undefined && { Marker } })
    return { items: Aliases?.map(alias => alias.AliasArn!), next: NextMarker }
  }),
}
