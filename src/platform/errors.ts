/**
 * An error of an AWS operation, as the caller sees it. The protocol writes it in the shape that the model has under its name;
 * `status` counts only where the model has none.
 */
export class AwsError extends Error {
  readonly code: string
  readonly status: number
  /** Further members of the error's shape: `{ Type: 'User' }`, `{ retryAfterSeconds: '1' }`. */
  readonly fields: Record<string, unknown>
  constructor(code: string, message: string, options: { status?: number, fields?: Record<string, unknown>, cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.name = code
    this.code = code
    this.status = options.status ?? 400
    this.fields = options.fields ?? {}
  }
}

/** Declares an error of a service, once, in its `state.ts`: `export const QueueDoesNotExist = awsError('QueueDoesNotExist')`. */
export function awsError(code: string, status = 400, fields?: Record<string, unknown>) {
  return class extends AwsError {
    constructor(message: string, more?: Record<string, unknown>) {
      super(code, message, { status, fields: { ...fields, ...more } })
    }
  }
}

// Errors that every service may answer.
export const AccessDeniedException = awsError('AccessDeniedException', 403)
export const ValidationException = awsError('ValidationException', 400)
export const ThrottlingException = awsError('ThrottlingException', 400)
export const InternalFailure = awsError('InternalFailure', 500)
export const NotImplemented = awsError('NotImplemented', 501)
