import type { ListObjectVersionsCommandInput, ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, type ObjectRow, type S3Scope } from '../state.ts'
import { encoderOf, maxKeysOf, newestOrCommon, summaryOf } from './listing.ts'

/** A version of a key, or the prefix of several. */
type Found = { key: string, row: ObjectRow, isLatest: boolean } | { key: string, row?: undefined }

/** All versions and delete markers of a bucket, by key, the newest of each first. */
export async function ListObjectVersions(s3: S3Scope, input: ListObjectVersionsCommandInput): Promise<Omit<ListObjectVersionsCommandOutput, '$metadata'>> {
  const { name, account } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { Prefix: prefix = '', Delimiter: delimiter = '', KeyMarker: marker = '', VersionIdMarker: versionMarker } = input
  const max = maxKeysOf(input.MaxKeys)
  const encode = encoderOf(input.EncodingType)
  const found: Found[] = []
  for await (const each of newestOrCommon(s3, name, { prefix, delimiter, from: marker })) {
    if (found.length > max) break
    if (typeof each === 'string') {
      // Where a page ended on a common prefix, all that lies beneath it has been listed.
      if (each !== marker) found.push({ key: each })
      continue
    }
    const all = [each, ...await s3.tables.versions.list({ prefix: [name, each.key] })]
    const after = each.key !== marker ? 0 : versionMarker ? all.findIndex(row => row.versionId === versionMarker) + 1 : all.length
    for (const row of all.slice(after)) found.push({ key: row.key, row, isLatest: row === each })
  }
  const page = found.slice(0, max)
  const last = found.length > max ? page.at(-1) : undefined
  const versions = page.flatMap(each => each.row ? [each] : [])
  const common = ({ row, isLatest }: typeof versions[number]) => ({ VersionId: row.versionId, IsLatest: isLatest, Owner: { ID: account } })
  const prefixes = page.filter(({ row }) => !row).map(({ key }) => ({ Prefix: encode(key) }))
  return {
    Name: name, Prefix: encode(prefix), KeyMarker: encode(marker), VersionIdMarker: versionMarker ?? '', MaxKeys: max, IsTruncated: last !== undefined,
    ...delimiter !== '' && { Delimiter: encode(delimiter) }, ...input.EncodingType && { EncodingType: input.EncodingType },
    ...last && { NextKeyMarker: encode(last.key), ...last.row && { NextVersionIdMarker: last.row.versionId } },
    Versions: versions.filter(({ row }) => !row.isDeleteMarker).map(one => ({ ...summaryOf(one.row, encode), ...common(one) })),
    DeleteMarkers: versions.filter(({ row }) => row.isDeleteMarker)
      .map(one => ({ Key: encode(one.row.key), LastModified: new Date(one.row.modifiedAt), ...common(one) })),
    ...prefixes.length > 0 && { CommonPrefixes: prefixes },
  }
}
