import { AwsError } from './errors.ts'

/** What a transaction read has been changed since. The work must let it through: `transact` runs it again. */
export class ConflictError extends Error {
  override readonly name = 'ConflictError'
}

/** There was no room to write. Nothing of the transaction was kept; the store is whole and works again when there is room. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError'
  constructor(message = 'There is no room left on the disk of the data folder. Nothing was written; make room and try again.', options?: { cause?: unknown }) {
    super(message, options)
  }
}

/** The store was closed, or was found unfit to go on (a failed sync), before the transaction could commit. */
export class StoreClosedError extends Error {
  override readonly name = 'StoreClosedError'
}

/** The store cannot be opened: another process has it, or another version wrote it. The message says what to do. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}

/** What a caller of an operation is told when its change could not be kept; nothing where the error is another one. */
export function unavailable(error: unknown): AwsError | undefined {
  const full = error instanceof StorageFullError ? error : isFullDisk(error) ? new StorageFullError(undefined, { cause: error }) : undefined
  const known = full ?? (error instanceof StoreClosedError ? error : undefined)
  return known && new AwsError('ServiceUnavailable', known.message, { status: 503, cause: error })
}

/** Whether the system refused to write for want of room: a full disk, a quota, a bound on the size of files. */
export function isFullDisk(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT', 'EFBIG'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '')
}
