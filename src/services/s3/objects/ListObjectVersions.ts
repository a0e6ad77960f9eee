import type { ListObjectVersionsCommandInput, ListObjectVersionsCommandOutput } from '@aws-sdk/client-s3'
import { bucketNamed, notImplemented, type ObjectRow, type S3Scope } from '../state.ts'
import { encoderOf, maxKeysOf, summaryOf } from './listing.ts'

/** All versions and delete markers of a bucket, by key, the newest of each first. */
export async function ListObjectVersions(s3: S3Scope, input: ListObjectVersionsCommandInput): Promise<Omit<ListObjectVersionsCommandOutput, '$metadata'>> {
  const { name, account } = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  if (input.Delimiter) throw notImplemented('delimiter')
  const { Prefix: prefix = '', KeyMarker: marker = '', VersionIdMarker: versionMarker } = input
  const max = maxKeysOf(input.MaxKeys)
  const encode = encoderOf(input.EncodingType)
  const found: { row: ObjectRow, isLatest: boolean }[] = []
  for await (const latest of s3.tables.objects.each({ prefix: [name], from: [name, marker > prefix ? marker : prefix] })) {
    if (!latest.key.startsWith(prefix) || found.length > max) break
    const all = [latest, ...await s3.tables.versions.list({ prefix: [name, latest.key] })]
    const after = latest.key !== marker ? 0 : versionMarker ? all.findIndex(row => row.versionId === versionMarker) + 1 : all.length
    for (const row of all.slice(after)) found.push({ row, isLatest: row === latest })
  }
  const page = found.slice(0, max)
  const last = found.length > max ? page.at(-1)?.row : undefined
  const common = ({ row, isLatest }: typeof found[number]) => ({ VersionId: row.versionId, IsLatest: isLatest, Owner: { ID: account } })
  return {
    Name: name, Prefix: encode(prefix), KeyMarker: encode(marker), VersionIdMarker: versionMarker ?? '', MaxKeys: max, IsTruncated: last !== undefined,
    ...input.EncodingType && { EncodingType: input.EncodingType }, ...last && { NextKeyMarker: encode(last.key), NextVersionIdMarker: last.versionId },
    Versions: page.filter(({ row }) => !row.isDeleteMarker).map(one => ({ ...summaryOf(one.row, encode), ...common(one) })),
    DeleteMarkers: page.filter(({ row }) => row.isDeleteMarker)
      .map(one => ({ Key: encode(one.row.key), LastModified: new Date(one.row.modifiedAt), ...common(one) })),
  }
}
