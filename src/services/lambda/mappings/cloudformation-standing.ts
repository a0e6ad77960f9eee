import type { Known, ResourceContext } from '../../../platform/resource-type.ts'
import { allPages, withoutDefaults } from '../../../platform/standing.ts'
import { found, functionAsGiven, orEmpty } from '../functions/cloudformation-standing.ts'

/** Event source mappings that exist already: for drift detection, import and Cloud Control. */
export const standingMappings = {
  identifier: 'Id',
  async read({ aws }: ResourceContext, UUID: string, known: Known<any>) {
    const mapping = await found(aws.lambda.GetEventSourceMapping({ UUID }))
    if (!mapping) return undefined
    const { EventSourceArn, BatchSize, MaximumBatchingWindowInSeconds, FunctionResponseTypes, FilterCriteria, MetricsConfig, ScalingConfig } = mapping
    const pollers = mapping.ProvisionedPollerConfig
    return {
      FunctionName: functionAsGiven(mapping.FunctionArn!, known.FunctionName), EventSourceArn, Enabled: !mapping.State!.startsWith('Disabl'), BatchSize,
      MaximumBatchingWindowInSeconds, FunctionResponseTypes, KmsKeyArn: mapping.KMSKeyArn,
      // Whoever may not decrypt them does not see whether they differ.
      ...!mapping.FilterCriteriaError && { FilterCriteria: orEmpty(FilterCriteria, known.FilterCriteria) },
      MetricsConfig: orEmpty(MetricsConfig, known.MetricsConfig), ScalingConfig: orEmpty(ScalingConfig, known.ScalingConfig),
      ProvisionedPollerConfig: orEmpty(
        pollers && withoutDefaults(pollers, known.ProvisionedPollerConfig, { MinimumPollers: 2, MaximumPollers: 200 }), known.ProvisionedPollerConfig,
      ),
      ...mapping.StartingPosition !== undefined && streamSettings(mapping, known),
    }
  },
  async tags({ aws }: ResourceContext, UUID: string) {
    const { EventSourceMappingArn } = await aws.lambda.GetEventSourceMapping({ UUID })
    return (await aws.lambda.ListTags({ Resource: EventSourceMappingArn! })).Tags ?? {}
  },
  attributes: async ({ partition, region, account }: ResourceContext, Id: string) =>
    ({ Id, EventSourceMappingArn: `arn:${partition}:lambda:${region}:${account}:event-source-mapping:${Id}` }),
  list: ({ aws }: ResourceContext): Promise<string[]> => allPages(async Marker => {
    const { EventSourceMappings, NextMarker } = await aws.lambda.ListEventSourceMappings({ ...Marker !== undefined && { Marker } })
    return { items: EventSourceMappings?.map(mapping => mapping.UUID!), next: NextMarker }
  }),
}

/** What only a mapping of a stream has. A template writes the time as seconds. */
function streamSettings(mapping: Record<string, any>, known: Known<any>) {
  const {
    StartingPosition, StartingPositionTimestamp: at, ParallelizationFactor, MaximumRecordAgeInSeconds, BisectBatchOnFunctionError, MaximumRetryAttempts,
    TumblingWindowInSeconds,
    DestinationConfig: { OnFailure },
  } = mapping
  return {
    StartingPosition, StartingPositionTimestamp: at && at.getTime() / 1000, ParallelizationFactor, MaximumRecordAgeInSeconds, BisectBatchOnFunctionError,
    MaximumRetryAttempts, TumblingWindowInSeconds, DestinationConfig: orEmpty(OnFailure.Destination ? { OnFailure } : undefined, known.DestinationConfig),
  }
}
