import { functionArn, versionLabel } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { executionArn, executionAt } from './execution.ts'
import type { ExecutionRow } from './rows.ts'
import { openedData } from './sealing.ts'

/** An execution, with what it was given and what came of it unless the request does without. */
export async function GetDurableExecution(
  lambda: Lambda, { DurableExecutionArn, IncludeExecutionData = true }: Input<'GetDurableExecution'>
): Promise<Output<'GetDurableExecution'>> {
  const execution = await executionAt(lambda, DurableExecutionArn)
  return {
    ...summary(lambda, execution), ...IncludeExecutionData && await dataOf(lambda, execution), ExecutionDataIncluded: IncludeExecutionData,
    Version: versionLabel(execution.version), TraceHeader: { XAmznTraceId: `Root=${execution.traceId}` },
    DurableConfig: { ExecutionTimeout: execution.timeoutSeconds, RetentionPeriodInDays: execution.retentionDays, ...keyShown(execution) },
  }
}

async function dataOf(lambda: Lambda, execution: ExecutionRow) {
  const { status } = execution
  const { input, result, error } = await openedData(lambda, execution, (await lambda.tables.executionData.get(execution.id))!, 'caller')
  return { InputPayload: input, ...result !== undefined && { Result: result }, ...status !== 'SUCCEEDED' && error && { Error: error } }
}

/** The key that an execution's data is sealed with. */
export const keyShown = ({ sealedBy }: ExecutionRow) => sealedBy && { KMSKeyArn: sealedBy.keyArn }

/** An execution as lists show it. */
export const summary = (lambda: Lambda, execution: ExecutionRow) => ({
  DurableExecutionArn: executionArn(lambda, execution), DurableExecutionName: execution.name,
  FunctionArn: functionArn(lambda, execution.function, versionLabel(execution.version)), Status: execution.status,
  StartTimestamp: new Date(execution.startedAt), ...execution.endedAt !== undefined && { EndTimestamp: new Date(execution.endedAt) },
})
