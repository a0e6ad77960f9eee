import { randomBytes } from 'node:crypto'
import type { CreateMultipartUploadCommandInput, CreateMultipartUploadCommandOutput } from '@aws-sdk/client-s3'
import { describeObject } from '../objects/headers.ts'
import { encryptionMembers, newKey, wantedKey } from '../objects/sealing.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

/** Begins an upload in parts; what is said of the object is said here. */
export async function CreateMultipartUpload(s3: S3Scope, input: CreateMultipartUploadCommandInput): Promise<Omit<CreateMultipartUploadCommandOutput,
  '$metadata'>> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { name } = bucket
  const description = describeObject(input)
  const wanted = wantedKey(bucket, input)
  const made = wanted && await newKey(s3, bucket, input.Key!, wanted)
  const sealed = made && { encryption: 'aws:kms' as const, sealedBy: made.sealedBy }
  const uploadId = randomBytes(48).toString('base64url')
  const { ChecksumAlgorithm: algorithm } = input
  const type = input.ChecksumType ?? (algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE')
  await s3.tables.uploads.put({
    bucket: name, key: input.Key!, uploadId, createdAt: s3.now(), ...description, ...sealed, ...algorithm && { checksumAlgorithm: algorithm,
      checksumType: type },
  })
  return {
    Bucket: name, Key: input.Key!, UploadId: uploadId, ...encryptionMembers(sealed ?? {}), ...algorithm && { ChecksumAlgorithm: algorithm, ChecksumType: type },
  }
}
