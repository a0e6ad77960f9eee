// From "Lambda quotas" and the API reference of the durable operations.
export const operationsPerExecutionMax = 3000
export const storedBytesPerExecutionMax = 100 * 1024 * 1024
/** Payloads of operations and asynchronous executions, and errors. */
export const payloadBytesMax = 1024 * 1024
/** Input and result of a synchronous execution. */
export const syncPayloadBytesMax = 6 * 1024 * 1024
/** Whoever waits for an execution waits no longer than a function may run. */
export const syncExecutionSecondsMax = 900
export const executionSecondsMax = 31_622_400
export const retentionDaysDefault = 14
export const retentionDaysMax = 90
/** How long a checkpoint with a ClientToken is answered again as it was. */
export const clientTokenMs = 15 * 60_000
/** What the invocation's event carries of the state; GetDurableExecutionState has the rest. */
export const stateBytesPerPageMax = 4 * 1024 * 1024
export const pageItemsDefault = 100
export const pageItemsMax = 1000
