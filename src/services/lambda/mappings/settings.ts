import { compileEventPattern, EventPatternError } from '../../../platform/event-pattern.ts'
import type { Input } from '../state.ts'
import { InvalidParameterValueException } from '../state.ts'
import type { MappingRow, SourceKind } from './rows.ts'

type Given = Pick<Input<'CreateEventSourceMapping'>,
  'BatchSize' | 'MaximumBatchingWindowInSeconds' | 'FilterCriteria' | 'FunctionResponseTypes' | 'MetricsConfig' | 'DestinationConfig' | 'ScalingConfig'
  | 'ParallelizationFactor' | 'MaximumRecordAgeInSeconds' | 'BisectBatchOnFunctionError' | 'MaximumRetryAttempts' | 'TumblingWindowInSeconds'
  | 'ProvisionedPollerConfig' | 'LoggingConfig' | 'SourceAccessConfigurations'>

/** What a request may change of a mapping. */
export type Settings = Omit<MappingRow,
  'uuid' | 'account' | 'region' | 'kind' | 'sourceArn' | 'function' | 'enabled' | 'reason' | 'position' | 'positionMs' | 'tags' | 'createdMs' | 'modifiedMs'
  | 'kmsKeyArn' | 'sealedFilters'>

const filtersMax = 5
const batchSizeDefaults: Record<SourceKind, number> = { sqs: 10, kinesis: 100, dynamodb: 100 }

const refuse = (message: string) => new InvalidParameterValueException(message)

/** The settings of a mapping after a request: what it gives, else what was there, else AWS's defaults. Throws InvalidParameterValueException. */
export function settingsOf(kind: SourceKind, sourceArn: string, input: Given, before?: Settings): Settings {
  if (input.SourceAccessConfigurations?.length) throw refuse(`SourceAccessConfigurations are not supported for ${kind} event sources.`)
  if (input.LoggingConfig?.SystemLogLevel) throw refuse('LoggingConfig is only supported for Apache Kafka event sources.')
  refuseForeign(kind, sourceArn, input)
  if (input.DestinationConfig?.OnFailure && input.DestinationConfig.OnFailure.Destination === undefined) {
    throw refuse('The Destination field is required for an OnFailure configuration.')
  }
  const onFailure = input.DestinationConfig ? input.DestinationConfig.OnFailure?.Destination || undefined : before?.onFailure
  if (onFailure !== undefined) checkDestination(onFailure)
  if (input.DestinationConfig?.OnSuccess?.Destination) throw refuse('OnSuccess destinations are not supported for event source mappings.')
  const maximumConcurrency = input.ScalingConfig ? input.ScalingConfig.MaximumConcurrency : before?.maximumConcurrency
  const pollers = pollersOf(input, before)
  if (pollers && maximumConcurrency !== undefined) throw refuse('ScalingConfig and ProvisionedPollerConfig cannot be set together.')
  const settings: Settings = {
    batchSize: input.BatchSize ?? before?.batchSize ?? batchSizeDefaults[kind],
    windowSeconds: input.MaximumBatchingWindowInSeconds ?? before?.windowSeconds ?? 0,
    filters: input.FilterCriteria ? filtersOf(input.FilterCriteria) : before?.filters ?? [],
    reportsItemFailures: input.FunctionResponseTypes ? input.FunctionResponseTypes.includes('ReportBatchItemFailures') : before?.reportsItemFailures ?? false,
    countsEvents: input.MetricsConfig ? input.MetricsConfig.Metrics?.includes('EventCount') ?? false : before?.countsEvents ?? false,
    parallelization: input.ParallelizationFactor ?? before?.parallelization ?? 1,
    recordAgeSeconds: input.MaximumRecordAgeInSeconds ?? before?.recordAgeSeconds ?? -1,
    retries: input.MaximumRetryAttempts ?? before?.retries ?? -1,
    bisects: input.BisectBatchOnFunctionError ?? before?.bisects ?? false,
    tumblingSeconds: input.TumblingWindowInSeconds ?? before?.tumblingSeconds ?? 0,
    ...onFailure !== undefined && { onFailure }, ...maximumConcurrency !== undefined && { maximumConcurrency }, ...pollers && { pollers },
  }
  checkBatch(kind, sourceArn, settings)
  return settings
}

const streamOnly = [
  'ParallelizationFactor', 'MaximumRecordAgeInSeconds', 'BisectBatchOnFunctionError', 'MaximumRetryAttempts', 'TumblingWindowInSeconds', 'DestinationConfig',
] as const

function refuseForeign(kind: SourceKind, sourceArn: string, input: Given): void {
  if (kind !== 'sqs') {
    for (const name of [
      'ScalingConfig', 'ProvisionedPollerConfig',
    ] as const) if (input[name] !== undefined) throw refuse(`${name} is not supported for ${kind === 'kinesis' ? 'Kinesis' : 'DynamoDB'} event sources.`)
    return
  }
  const foreign = streamOnly.find(name => input[name] !== undefined)
  if (foreign) throw refuse(`Unsupported ${foreign} parameter for given event source mapping type.`)
  if (sourceArn.endsWith('.fifo') && (input.MaximumBatchingWindowInSeconds ?? 0) > 0) throw refuse('Batching window is not supported for FIFO queues')
}

function pollersOf(input: Given, before: Settings | undefined): Settings['pollers'] {
  const { ProvisionedPollerConfig: given } = input
  if (!given) return before?.pollers
  if (given.PollerGroupName !== undefined) throw refuse('PollerGroupName is not supported for SQS event sources.')
  if (given.MinimumPollers === undefined && given.MaximumPollers === undefined) return undefined
  const minimum = given.MinimumPollers ?? 2
  const maximum = given.MaximumPollers ?? 200
  for (const [name, value] of Object.entries({ MinimumPollers: minimum, MaximumPollers: maximum })) {
    if (value < 2) throw refuse(`${name} must be at least 2 for SQS event sources.`)
  }
  if (minimum > maximum) throw refuse('MinimumPollers must be less than or equal to MaximumPollers.')
  return { minimum, maximum }
}

function checkBatch(kind: SourceKind, sourceArn: string, { batchSize, windowSeconds, tumblingSeconds, parallelization }: Settings): void {
  if (kind === 'sqs' && sourceArn.endsWith('.fifo') && batchSize > 10) throw refuse('Batch size must be between 1 and 10 for FIFO queues.')
  if (kind === 'sqs' && batchSize > 10 && windowSeconds === 0) {
    throw refuse('Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10')
  }
  if (tumblingSeconds > 0 && parallelization > 1) throw refuse('ParallelizationFactor is not supported with TumblingWindowInSeconds.')
}

function filtersOf(criteria: NonNullable<Given['FilterCriteria']>): string[] {
  const filters = (criteria.Filters ?? []).map(filter => filter.Pattern ?? '')
  if (filters.length > filtersMax) throw refuse(`Maximum ${filtersMax} filters are allowed.`)
  for (const pattern of filters) {
    try {
      compileEventPattern(pattern)
    } catch (error) {
      if (error instanceof EventPatternError) throw refuse(`Invalid filter pattern definition. ${error.message}`)
      throw error
    }
  }
  return filters
}

/** Where records go that could not be handled. */
export function checkDestination(arn: string): void {
  if (/^arn:[^:]+:(?:sqs|s3|sns):/.test(arn) && !arn.endsWith('.fifo')) return
  throw refuse(`The destination ARN ${arn} is invalid.`)
}
