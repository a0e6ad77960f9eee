import { AwsError } from '../../../platform/errors.ts'
import type { S3Scope, UploadRow } from '../state.ts'

/** The unfinished upload, or NoSuchUpload. */
export async function uploadNamed(s3: S3Scope, bucket: string, key: string, uploadId: string): Promise<UploadRow> {
  const upload = await s3.tables.uploads.get(bucket, key, uploadId)
  if (upload) return upload
  throw new AwsError('NoSuchUpload', 'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.', {
    status: 404, fields: { UploadId: uploadId },
  })
}

/** Forgets an upload and its parts. Inside a transaction. */
export async function dropUpload(s3: S3Scope, { bucket, key, uploadId }: UploadRow): Promise<void> {
  for (const { partNumber } of await s3.tables.parts.list({ prefix: [uploadId] })) await s3.tables.parts.delete(uploadId, partNumber)
  await s3.tables.uploads.delete(bucket, key, uploadId)
}
