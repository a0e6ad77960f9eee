import { measure } from '../metrics.ts'
import { functionArn, versionLabel } from '../names.ts'
import type { Lambda } from '../state.ts'
import { executionArn } from './execution.ts'
import type { ExecutionRow } from './rows.ts'

/** Publishes the status of an execution that has started or ended: to EventBridge, and to whoever in this process waits for it. */
export function told(scope: Lambda, execution: ExecutionRow): void {
  const { status, startedAt, endedAt, name, function: fn, version } = execution
  const arn = executionArn(scope, execution)
  scope.publish('lambda.execution.changed', {
    executionArn: arn, name, functionArn: functionArn(scope, fn, versionLabel(version)), status, startedAt, ...endedAt !== undefined && { endedAt },
  }, { order: arn })
  scope.notify('lambda.execution.told', {
    executionArn: arn, functionName: fn, status, durationMs: (endedAt ?? startedAt) - startedAt, operations: execution.operationsUsed,
    storedBytes: execution.storedBytes,
  })
}

const metricOf = {
  RUNNING: 'DurableExecutionStarted', SUCCEEDED: 'DurableExecutionSucceeded', FAILED: 'DurableExecutionFailed', TIMED_OUT: 'DurableExecutionTimedOut',
  STOPPED: 'DurableExecutionStopped',
}

interface Told { functionName: string, status: ExecutionRow['status'], durationMs: number, operations: number, storedBytes: number }

/** The metrics of an execution's start or end. */
export function measureExecution(lambda: Lambda, { functionName, status, durationMs, operations, storedBytes }: Told): void {
  const put = (name: string, value: number, unit: string) => measure(lambda, { name: functionName }, name, value, unit)
  put(metricOf[status], 1, 'Count')
  if (status === 'RUNNING') return
  meter(lambda, functionName, 'Durable-Operations', operations, 'Operations')
  meter(lambda, functionName, 'Durable-WrittenBytes', storedBytes, 'Bytes')
  put('DurableExecutionDuration', durationMs, 'Milliseconds')
  put('DurableExecutionOperations', operations, 'Count')
  put('DurableExecutionStorageWrittenBytes', storedBytes, 'Bytes')
}

/** What of an execution is on the bill: its operations and what it wrote when it ends, what was kept when it is forgotten. */
export function meter(lambda: Lambda, functionName: string, usageType: string, quantity: number, unit: string): void {
  const { account, region } = lambda
  lambda.sinks.usage({
    account, region, service: 'AWSLambda', usageType, operation: 'DurableExecution', resource: functionArn(lambda, functionName), quantity, unit,
    at: lambda.now(),
  })
}
