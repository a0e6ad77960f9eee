import { functionArn, functionName } from '../names.ts'
import type { Lambda, Output } from '../state.ts'
import { ResourceNotFoundException } from '../state.ts'
import type { MappingRow } from './rows.ts'

export const mappingArn = (lambda: Lambda, uuid: string): string =>
  `arn:${lambda.partition}:lambda:${lambda.region}:${lambda.account}:event-source-mapping:${uuid}`

/** The mapping of an id; ResourceNotFoundException where there is none. */
export async function mappingRow(lambda: Lambda, uuid: string | undefined): Promise<MappingRow> {
  const row = await lambda.tables.mappings.get(lambda.account, lambda.region, uuid ?? '')
  if (!row) throw new ResourceNotFoundException('The resource you requested does not exist.')
  return row
}

/** The mapping as lists show it, without filters that are sealed; `state` where it is on its way to another one. */
export function mappingOutput(lambda: Lambda, row: MappingRow, state = row.enabled ? 'Enabled' : 'Disabled'): Output<'GetEventSourceMapping'> {
  const isStream = row.kind !== 'sqs'
  return {
    UUID: row.uuid, EventSourceMappingArn: mappingArn(lambda, row.uuid), EventSourceArn: row.sourceArn,
    FunctionArn: functionArn(lambda, row.function.name, row.function.qualifier),
    BatchSize: row.batchSize, MaximumBatchingWindowInSeconds: row.windowSeconds, State: state, StateTransitionReason: row.reason,
    LastModified: new Date(row.modifiedMs),
    FunctionResponseTypes: row.reportsItemFailures ? ['ReportBatchItemFailures'] : [],
    ...row.filters.length > 0 && { FilterCriteria: { Filters: row.filters.map(Pattern => ({ Pattern })) } },
    ...row.kmsKeyArn !== undefined && { KMSKeyArn: row.kmsKeyArn },
    ...row.countsEvents && { MetricsConfig: { Metrics: ['EventCount'] } },
    ...row.maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: row.maximumConcurrency } },
    ...row.pollers && { ProvisionedPollerConfig: { MinimumPollers: row.pollers.minimum, MaximumPollers: row.pollers.maximum } },
    ...isStream && {
      StartingPosition: row.position!, ...row.positionMs !== undefined && row.position === 'AT_TIMESTAMP' && {
        StartingPositionTimestamp: new Date(row.positionMs),
      },
      LastProcessingResult: lambda.state.mappings.lastResult(row.uuid), ParallelizationFactor: row.parallelization,
      MaximumRecordAgeInSeconds: row.recordAgeSeconds,
      BisectBatchOnFunctionError: row.bisects, MaximumRetryAttempts: row.retries, TumblingWindowInSeconds: row.tumblingSeconds,
      DestinationConfig: { OnFailure: row.onFailure === undefined ? {} : { Destination: row.onFailure } },
    },
  }
}

/** The ARN of a mapping, for authorization rules; its function is a condition key of theirs. */
export const onMapping = {
  resource: (lambda: Lambda, input: { UUID: string | undefined }) => mappingArn(lambda, input.UUID ?? '*'),
  async conditions(lambda: Lambda, input: { UUID: string | undefined }) {
    const row = await lambda.tables.mappings.get(lambda.account, lambda.region, input.UUID ?? '')
    return { 'lambda:FunctionArn': row && functionArn(lambda, row.function.name, row.function.qualifier) }
  },
}

/** As `onMapping`, of requests that name the function. */
export const onMappedFunction = {
  resource: (lambda: Lambda) => mappingArn(lambda, '*'),
  conditions(lambda: Lambda, input: { FunctionName?: string | undefined }) {
    if (input.FunctionName === undefined) return {}
    const { name, qualifier } = functionName(lambda, input.FunctionName)
    return { 'lambda:FunctionArn': functionArn(lambda, name, qualifier) }
  },
}
