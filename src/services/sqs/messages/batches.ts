import { AwsError } from '../../../platform/errors.ts'
import { BatchEntryIdsNotDistinct, batchEntriesMax, EmptyBatchRequest, InvalidBatchEntryId, TooManyEntriesInBatchRequest } from '../state.ts'

/** Checks a batch as a whole, in AWS's order: that it holds something, not too much, and that its ids are well formed and distinct. */
export function checkBatch(entries: readonly { Id: string | undefined }[] | undefined, kind: string): void {
  if (!entries?.length) throw new EmptyBatchRequest(`There should be at least one ${kind} in the request.`)
  if (entries.length > batchEntriesMax) {
    throw new TooManyEntriesInBatchRequest(`Maximum number of entries per request are ${batchEntriesMax}. You have sent ${entries.length}.`)
  }
  const seen = new Set<string>()
  for (const { Id: id } of entries) {
    if (id === undefined || !/^[\w-]{1,80}$/.test(id)) {
      throw new InvalidBatchEntryId('A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.')
    }
    if (seen.has(id)) throw new BatchEntryIdsNotDistinct(`Id ${id} repeated.`)
    seen.add(id)
  }
}

/** An entry that failed while others did not; an error that is not the caller's is thrown. */
export function failedEntry(id: string | undefined, error: unknown): { Id: string, SenderFault: boolean, Code: string, Message: string } {
  if (!(error instanceof AwsError)) throw error
  return { Id: id!, SenderFault: error.status < 500, Code: error.code, Message: error.message }
}

/** AWS leaves out the list of those that failed where none did, and the other way round. */
export const withoutEmpty = <Result extends { Successful: unknown[] | undefined, Failed: unknown[] | undefined }>({ Successful, Failed }: Result) =>
  ({ Successful: Successful?.length ? Successful : undefined, Failed: Failed?.length ? Failed : undefined }) as Result
