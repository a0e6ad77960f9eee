import type { MappingRow } from './mappings/rows.ts'
import type { Lambda } from './state.ts'

/** Whose figure it is. `qualifier`: by which version or alias it was called; `executed`: the version that an alias with weights chose. */
export interface Measured { name: string, qualifier?: string | undefined, executed?: string | undefined }

/**
 * A figure of AWS/Lambda under each set of dimensions that AWS has ("Types of metrics for Lambda functions"): none, the function, the function and the
 * resource that was called (`name` or `name:alias`), and for an alias with two versions the one that ran.
 */
export function measure(lambda: Lambda, { name, qualifier, executed }: Measured, metric: string, value: number, unit = 'Count'): void {
  const { account, region } = lambda
  const datum = { account, region, namespace: 'AWS/Lambda', name: metric, value, unit, at: lambda.now() }
  const Resource = qualifier === undefined ? name : `${name}:${qualifier}`
  lambda.sinks.metric({ ...datum, dimensions: {} })
  lambda.sinks.metric({ ...datum, dimensions: { FunctionName: name } })
  lambda.sinks.metric({ ...datum, dimensions: { FunctionName: name, Resource } })
  if (executed !== undefined) lambda.sinks.metric({ ...datum, dimensions: { FunctionName: name, Resource, ExecutedVersion: executed } })
}

type EventCount = 'PolledEventCount' | 'FilteredOutEventCount' | 'InvokedEventCount' | 'FailedInvokeEventCount' | 'DroppedEventCount' | 'DeletedEventCount'
  | 'OnFailureDestinationDeliveredEventCount'

/** What becomes of the events of a source, for a mapping whose MetricsConfig asks for it ("Event source mapping metrics"). */
export function countEvents(lambda: Lambda, mapping: Pick<MappingRow, 'uuid' | 'countsEvents'> | undefined, metric: EventCount, value: number): void {
  if (!mapping?.countsEvents) return
  const { account, region } = lambda
  const dimensions = { EventSourceMappingUUID: mapping.uuid }
  lambda.sinks.metric({ account, region, namespace: 'AWS/Lambda', name: metric, dimensions, value, unit: 'Count', at: lambda.now() })
}

/** Executions under way when one more has begun: of the function, and of the account, reserved or not. */
export function measureConcurrency(lambda: Lambda, name: string, running: { fn: number, account: number, unreserved: number | undefined }): void {
  const { account, region } = lambda
  const datum = { account, region, namespace: 'AWS/Lambda', unit: 'Count', at: lambda.now() }
  lambda.sinks.metric({ ...datum, name: 'ConcurrentExecutions', dimensions: { FunctionName: name }, value: running.fn })
  lambda.sinks.metric({ ...datum, name: 'ConcurrentExecutions', dimensions: {}, value: running.account })
  if (running.unreserved !== undefined) lambda.sinks.metric({ ...datum, name: 'UnreservedConcurrentExecutions', dimensions: {}, value: running.unreserved })
}
