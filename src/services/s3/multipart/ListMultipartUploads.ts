import type { ListMultipartUploadsCommandInput, ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3'
import { commonPrefixOf, encoderOf } from '../objects/listing.ts'
import { bucketNamed, listKeysMax, type S3Scope, type UploadRow } from '../state.ts'

/** The unfinished uploads of a bucket by key, up to 1,000 a page. */
export async function ListMultipartUploads(
  s3: S3Scope, input: ListMultipartUploadsCommandInput
): Promise<Omit<ListMultipartUploadsCommandOutput, '$metadata'>> {
  const { name, account } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { Prefix: prefix = '', Delimiter: delimiter = '', KeyMarker: marker, UploadIdMarker: idMarker } = input
  const max = Math.min(input.MaxUploads ?? listKeysMax, listKeysMax)
  const encode = encoderOf(input.EncodingType)
  const found: { key: string, upload?: UploadRow }[] = []
  const after = marker ? [name, marker, ...idMarker ? [idMarker] : []] as [string, string] : undefined
  for await (const upload of s3.tables.uploads.each({ prefix: [name], from: [name, prefix], ...after && { after } })) {
    if (!upload.key.startsWith(prefix) || found.length > max) break
    const common = commonPrefixOf(upload.key, prefix, delimiter)
    if (common === undefined) found.push({ key: upload.key, upload })
    // Where a page ended on a common prefix, all that lies beneath it has been listed.
    else if (common !== marker && found.at(-1)?.key !== common) found.push({ key: common })
  }
  const page = found.slice(0, max)
  const last = found.length > max ? page.at(-1) : undefined
  const prefixes = page.filter(({ upload }) => !upload).map(({ key }) => ({ Prefix: encode(key) }))
  return {
    Bucket: name, KeyMarker: encode(marker ?? ''), UploadIdMarker: idMarker ?? '', MaxUploads: max, IsTruncated: last !== undefined, Prefix: encode(prefix),
    ...input.EncodingType && { EncodingType: input.EncodingType }, ...delimiter !== '' && { Delimiter: encode(delimiter) },
    ...last && { NextKeyMarker: encode(last.key), ...last.upload && { NextUploadIdMarker: last.upload.uploadId } },
    Uploads: page.flatMap(({ upload }) => upload ?? []).map(upload => ({
      UploadId: upload.uploadId, Key: encode(upload.key), Initiated: new Date(upload.createdAt), StorageClass: 'STANDARD', Owner: { ID: account },
      Initiator: { ID: account },
    })),
    ...prefixes.length > 0 && { CommonPrefixes: prefixes },
  }
}
