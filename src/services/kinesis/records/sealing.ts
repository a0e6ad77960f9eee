import { AwsError } from '../../../platform/errors.ts'
import { sealWithKey, unsealWithKey } from '../../../platform/sealing.ts'
import {
  KMSAccessDeniedException, KMSDisabledException, KMSInvalidStateException, KMSNotFoundException, streamArn, type Kinesis, type RecordRow, type StreamRow,
} from '../state.ts'

const reuseMs = 5 * 60_000

const contextOf = (kinesis: Kinesis, stream: StreamRow) => ({ 'aws:kinesis:arn': streamArn(kinesis, stream.name) })

/** How a record's data is stored: sealed under the stream's key of KMS, as its writer, who needs kms:GenerateDataKey; or as it is. */
export async function dataSealer(kinesis: Kinesis, stream: StreamRow): Promise<(data: Uint8Array) => Pick<RecordRow, 'data' | 'sealed'>> {
  if (stream.keyId === undefined) return data => ({ data })
  const context = contextOf(kinesis, stream)
  const { key, ...sealed } = await kinesis.state.dataKeys.toSeal(kinesis, stream.keyId, context, reuseMs).catch(rethrow)
  return data => ({ data: new Uint8Array(sealWithKey(key, data, stream.id)), sealed })
}

/** Records with their data, as their reader, who needs kms:Decrypt for those that are sealed. */
export async function openRecords(kinesis: Kinesis, stream: StreamRow, records: readonly RecordRow[]): Promise<RecordRow[]> {
  const opened: RecordRow[] = []
  for (const record of records) {
    if (!record.sealed) {
      opened.push(record)
      continue
    }
    const key = await kinesis.state.dataKeys.toOpen(kinesis, record.sealed, contextOf(kinesis, stream), reuseMs).catch(rethrow)
    const data = unsealWithKey(key, record.data, stream.id)
    if (!data) throw new Error(`Record ${record.sequence} of ${stream.name} does not open with its data key.`)
    opened.push({ ...record, data: new Uint8Array(data) })
  }
  return opened
}

const errors: Record<string, new (message: string) => AwsError> = {
  AccessDeniedException: KMSAccessDeniedException, DisabledException: KMSDisabledException, NotFoundException: KMSNotFoundException,
  KMSInvalidStateException, InvalidArnException: KMSNotFoundException,
}

/** Kinesis passes on what KMS says, under names of its own. */
export function rethrow(error: unknown): never {
  const Failure = error instanceof AwsError ? errors[error.code] : undefined
  throw Failure ? new Failure((error as AwsError).message) : error
}
