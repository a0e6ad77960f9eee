import type { ResourceType } from '../../../platform/resource-type.ts'
import { changeTags, tagsOf } from '../tags/cloudformation.ts'
import { gone } from '../versions/cloudformation.ts'
import { standingMappings } from './cloudformation-standing.ts'

const numbers = [
  'BatchSize', 'MaximumBatchingWindowInSeconds', 'MaximumRecordAgeInSeconds', 'MaximumRetryAttempts', 'ParallelizationFactor', 'TumblingWindowInSeconds',
]

/** What a property goes back to when the template names it no longer. */
const defaultsOf = (sourceArn: string): Record<string, unknown> => ({
  BatchSize: /^arn:[^:]*:sqs:/.test(sourceArn) ? 10 : 100, MaximumBatchingWindowInSeconds: 0, FilterCriteria: { Filters: [] }, FunctionResponseTypes: [],
  MetricsConfig: { Metrics: [] }, DestinationConfig: { OnFailure: { Destination: '' } }, ScalingConfig: {}, ProvisionedPollerConfig: {},
  ParallelizationFactor: 1,
  MaximumRecordAgeInSeconds: -1, MaximumRetryAttempts: -1, BisectBatchOnFunctionError: false, TumblingWindowInSeconds: 0, KmsKeyArn: '',
})

/** Templates give numbers and truth as text, too. */
const mappingInput = ({ Tags: _, StartingPositionTimestamp: at, KmsKeyArn, ...rest }: Record<string, any>) => ({
  ...KmsKeyArn !== undefined && { KMSKeyArn: KmsKeyArn },
  ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [
    name, numbers.includes(name) ? Number(value) : value === 'true' ? true : value === 'false' ? false : value,
  ])),
  ...rest.ScalingConfig?.MaximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: Number(rest.ScalingConfig.MaximumConcurrency) } },
  ...rest.ProvisionedPollerConfig && {
    ProvisionedPollerConfig: Object.fromEntries(Object.entries(rest.ProvisionedPollerConfig).map(([name, value]) => [name, Number(value)])),
  },
  ...at !== undefined && { StartingPositionTimestamp: new Date(Number(at) * 1000) },
})

export const eventSourceMapping: ResourceType = {
  ...standingMappings,
  properties: {
    FunctionName: 'required', EventSourceArn: 'optional', Enabled: 'optional', BatchSize: 'optional', MaximumBatchingWindowInSeconds: 'optional',
    FilterCriteria: 'optional', KmsKeyArn: 'optional',
    FunctionResponseTypes: 'optional', MetricsConfig: 'optional', DestinationConfig: 'optional', ScalingConfig: 'optional', ParallelizationFactor: 'optional',
    MaximumRecordAgeInSeconds: 'optional', BisectBatchOnFunctionError: 'optional', MaximumRetryAttempts: 'optional', TumblingWindowInSeconds: 'optional',
    ProvisionedPollerConfig: 'optional', StartingPosition: 'optional', StartingPositionTimestamp: 'optional', Tags: 'optional',
  },
  createOnly: ['EventSourceArn', 'StartingPosition', 'StartingPositionTimestamp'],
  async create(resource, properties) {
    const created = await resource.aws.lambda.CreateEventSourceMapping({ ...mappingInput(properties), Tags: tagsOf(resource, properties.Tags) } as any)
    return { id: created.UUID!, attributes: { Id: created.UUID, EventSourceMappingArn: created.EventSourceMappingArn } }
  },
  async update(resource, UUID, properties, previous) {
    const { EventSourceArn, StartingPosition: _, StartingPositionTimestamp: __, ...input } = mappingInput(properties) as Record<string, any>
    const dropped = mappingInput(Object.fromEntries(Object.entries(defaultsOf(EventSourceArn)).filter(([name]) => name in previous && !(name in properties))))
    const updated = await resource.aws.lambda.UpdateEventSourceMapping({ Enabled: true, ...dropped, ...input, UUID } as any)
    await changeTags(resource, updated.EventSourceMappingArn!, properties.Tags, previous.Tags)
    return { id: UUID, attributes: { Id: UUID, EventSourceMappingArn: updated.EventSourceMappingArn } }
  },
  delete: (resource, UUID) => gone(resource.aws.lambda.DeleteEventSourceMapping({ UUID })),
}
