import type { ListPartsCommandInput, ListPartsCommandOutput } from '@aws-sdk/client-s3'
import { pageOf } from '../../../platform/pagination.ts'
import { checksumMember } from '../objects/body.ts'
import { bucketNamed, listKeysMax, type S3Scope } from '../state.ts'
import { uploadNamed } from './uploads.ts'

/** The parts of an unfinished upload, by number, up to 1,000 a page. */
export async function ListParts(s3: S3Scope, input: ListPartsCommandInput): Promise<Omit<ListPartsCommandOutput, '$metadata'>> {
  const { name, account } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const upload = await uploadNamed(s3, name, input.Key!, input.UploadId!)
  const marker = Number(input.PartNumberMarker ?? 0)
  const max = Math.min(input.MaxParts ?? listKeysMax, listKeysMax)
  const { page, last } = pageOf(await s3.tables.parts.list({ prefix: [upload.uploadId], after: [upload.uploadId, marker], limit: max + 1 }), max)
  return {
    Bucket: name, Key: upload.key, UploadId: upload.uploadId, PartNumberMarker: String(marker), MaxParts: max, IsTruncated: last !== undefined,
    StorageClass: 'STANDARD',
    NextPartNumberMarker: String(page.at(-1)?.partNumber ?? 0), Owner: { ID: account }, Initiator: { ID: account },
    Parts: page.map(part => ({
      PartNumber: part.partNumber, LastModified: new Date(part.modifiedAt), ETag: `"${part.etag}"`, Size: part.sizeBytes, ...checksumMember(part.checksum),
    })),
  }
}
