import type { Known, ResourceContext } from '../../../platform/resource-type.ts'
import { allPages } from '../../../platform/standing.ts'
import { found, orEmpty, shortName } from '../functions/cloudformation-standing.ts'

type Properties = Known<any>
type Ends = Record<string, { Destination?: string }>

/** Destinations that are set, and those that the template sets to none. */
function destinations(actual: Ends, given: Ends = {}) {
  const named = Object.entries(actual).map(([end, config]) => [end, orEmpty(config.Destination ? config : undefined, given[end])])
    .filter(([, config]) => config)
  return orEmpty(named.length > 0 ? Object.fromEntries(named) as Ends : undefined, given)
}

/** Configurations of asynchronous invocation that exist already: for drift detection, import and Cloud Control. */
export const standingInvokeConfigs = {
  identifier: ['FunctionName', 'Qualifier'], listBy: ['FunctionName'],
  async read({ aws }: ResourceContext, _: string, { FunctionName, Qualifier, DestinationConfig }: Properties) {
    const config = await found(aws.lambda.GetFunctionEventInvokeConfig({ FunctionName, Qualifier }))
    return config && {
      FunctionName, Qualifier, MaximumRetryAttempts: config.MaximumRetryAttempts, MaximumEventAgeInSeconds: config.MaximumEventAgeInSeconds,
      DestinationConfig: destinations(config.DestinationConfig as Ends, DestinationConfig),
    }
  },
  list: ({ aws }: ResourceContext, { FunctionName }: Properties): Promise<string[]> => allPages(async Marker => {
    const { FunctionEventInvokeConfigs: configs, NextMarker } = await aws.lambda.ListFunctionEventInvokeConfigs({
      FunctionName, ...Marker !== undefined && { Marker }
    })
    return { items: configs?.map(config => `${FunctionName}|${shortName(config.FunctionArn).split(':')[1] ?? '$LATEST'}`), next: NextMarker }
  }),
}
