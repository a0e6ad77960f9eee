import { functionArn, versionLabel } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { executionArn, executionAt } from './execution.ts'
import type { ExecutionRow } from './rows.ts'

/** An execution, with what it was given and what came of it. */
export async function GetDurableExecution(lambda: Lambda, input: Input<'GetDurableExecution'>): Promise<Output<'GetDurableExecution'>> {
  const execution = await executionAt(lambda, input.DurableExecutionArn)
  const data = (await lambda.tables.executionData.get(execution.id))!
  return {
    ...summary(lambda, execution), InputPayload: data.input,
    ...data.result !== undefined && { Result: data.result },
    ...execution.status !== 'SUCCEEDED' && data.error && { Error: data.error },
    Version: versionLabel(execution.version), TraceHeader: { XAmznTraceId: `Root=${execution.traceId}` },
    DurableConfig: { ExecutionTimeout: execution.timeoutSeconds, RetentionPeriodInDays: execution.retentionDays },
  }
}

/** An execution as lists show it. */
export const summary = (lambda: Lambda, execution: ExecutionRow) => ({
  DurableExecutionArn: executionArn(lambda, execution), DurableExecutionName: execution.name,
  FunctionArn: functionArn(lambda, execution.function, versionLabel(execution.version)), Status: execution.status,
  StartTimestamp: new Date(execution.startedAt), ...execution.endedAt !== undefined && { EndTimestamp: new Date(execution.endedAt) },
})
