import type { AbortMultipartUploadCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, type S3Scope } from '../state.ts'
import { dropUpload, uploadNamed } from './uploads.ts'

/** Gives an upload up. */
export async function AbortMultipartUpload(s3: S3Scope, input: AbortMultipartUploadCommandInput): Promise<object> {
  const { name } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  await dropUpload(s3, await uploadNamed(s3, name, input.Key!, input.UploadId!))
  return {}
}
