import { payloadBytesMax, syncPayloadBytesMax } from '../limits.ts'
import type { ErrorObject } from '../rows.ts'

/** What the answer of an invocation means for its execution. */
export type Verdict = { kind: 'succeeded', result?: string } | { kind: 'failed', error: ErrorObject } | { kind: 'pending' }

const invalid = (ErrorMessage: string): Verdict => ({ kind: 'failed', error: { ErrorType: 'InvalidParameterValueException', ErrorMessage } })

/** Reads the answer of a durable handler: `{ Status: SUCCEEDED, Result }`, `{ Status: FAILED, Error }` or `{ Status: PENDING }`; anything else fails. */
export function verdictOf(payload: Uint8Array, about: { isSync: boolean, hasPending: boolean }): Verdict {
  const { Status, Result, Error } = read(payload)
  switch (Status) {
    case 'SUCCEEDED': {
      if (Error !== undefined && Error !== null) return invalid('Cannot provide an Error for SUCCEEDED status.')
      const resultMax = about.isSync ? syncPayloadBytesMax : payloadBytesMax
      if (typeof Result !== 'string') return { kind: 'succeeded' }
      if (Buffer.byteLength(Result) > resultMax) return invalid(`Execution output payload size must be less than or equal to ${resultMax} bytes.`)
      return { kind: 'succeeded', result: Result }
    }
    case 'FAILED': {
      if (Result !== undefined && Result !== null) return invalid('Cannot provide a Result for FAILED status.')
      return { kind: 'failed', error: typeof Error === 'object' && Error !== null ? Error : {} }
    }
    case 'PENDING': return about.hasPending ? { kind: 'pending' } : invalid('Cannot return PENDING status with no pending operations.')
    default: return invalid('Invalid Status in invocation output.')
  }
}

/** The error in what a function that failed has answered: what its runtime wrote of what was thrown, or Lambda of how it ended. */
export function errorOf(payload: Uint8Array): ErrorObject {
  const { errorType, errorMessage, stackTrace, trace } = read(payload)
  const lines = stackTrace ?? trace
  return {
    ...typeof errorMessage === 'string' && { ErrorMessage: errorMessage }, ...typeof errorType === 'string' && { ErrorType: errorType },
    ...Array.isArray(lines) && { StackTrace: lines.map(String) },
  }
}

function read(payload: Uint8Array): Record<string, any> {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString())
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

/** What whoever waits for a failed execution is answered, as AWS writes it. */
export const failurePayload = ({ ErrorMessage, ErrorType, ErrorData, StackTrace }: ErrorObject): Buffer => Buffer.from(JSON.stringify({
  ...ErrorMessage !== undefined && { errorMessage: ErrorMessage }, ...ErrorType !== undefined && { errorType: ErrorType },
  ...ErrorData !== undefined && { errorData: ErrorData }, ...StackTrace && { stackTrace: StackTrace },
}))

const retryMsMax = 5 * 60_000

/** An invocation that failed is tried again after one, two, four seconds, and so on up to five minutes, until the execution times out. */
export const retryDelayMs = (failures: number): number => Math.min(1000 * 2 ** (failures - 1), retryMsMax)
