import { onCallback } from './callbacks.ts'

/** Permissions are asked on the execution: `function:NAME:VERSION/durable-execution/NAME/ID`. */
const onExecution = { resource: (_: unknown, input: { DurableExecutionArn: string | undefined }) => input.DurableExecutionArn ?? '*' }

export const durableAuthorization = {
  CheckpointDurableExecution: onExecution,
  GetDurableExecution: onExecution,
  GetDurableExecutionHistory: onExecution,
  GetDurableExecutionState: onExecution,
  StopDurableExecution: onExecution,
  SendDurableExecutionCallbackFailure: onCallback,
  SendDurableExecutionCallbackHeartbeat: onCallback,
  SendDurableExecutionCallbackSuccess: onCallback,
}
