import type { ListMultipartUploadsCommandInput, ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3'
import { encoderOf } from '../objects/listing.ts'
import { bucketNamed, listKeysMax, notImplemented, type S3Scope, type UploadRow } from '../state.ts'

/** The unfinished uploads of a bucket by key, up to 1,000 a page. */
export async function ListMultipartUploads(
  s3: S3Scope, input: ListMultipartUploadsCommandInput
): Promise<Omit<ListMultipartUploadsCommandOutput, '$metadata'>> {
  const { name, account } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  if (input.Delimiter) throw notImplemented('delimiter')
  const { Prefix: prefix = '', KeyMarker: marker, UploadIdMarker: idMarker } = input
  const max = Math.min(input.MaxUploads ?? listKeysMax, listKeysMax)
  const encode = encoderOf(input.EncodingType)
  const found: UploadRow[] = []
  const after = marker ? [name, marker, ...idMarker ? [idMarker] : []] as [string, string] : undefined
  for await (const upload of s3.tables.uploads.each({ prefix: [name], from: [name, prefix], ...after && { after } })) {
    if (!upload.key.startsWith(prefix) || found.length > max) break
    found.push(upload)
  }
  const page = found.slice(0, max)
  const last = found.length > max ? page.at(-1) : undefined
  return {
    Bucket: name, KeyMarker: encode(marker ?? ''), UploadIdMarker: idMarker ?? '', MaxUploads: max, IsTruncated: last !== undefined, Prefix: encode(prefix),
    ...input.EncodingType && { EncodingType: input.EncodingType }, ...last && { NextKeyMarker: encode(last.key), NextUploadIdMarker: last.uploadId },
    Uploads: page.map(upload => ({
      UploadId: upload.uploadId, Key: encode(upload.key), Initiated: new Date(upload.createdAt), StorageClass: 'STANDARD', Owner: { ID: account },
      Initiator: { ID: account },
    })),
  }
}
