import { createHash } from 'node:crypto'
import type { CompletedPart, CompleteMultipartUploadCommandInput, CompleteMultipartUploadCommandOutput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { checksum, type ChecksumName } from '../../../platform/checksums.ts'
import { longRunning } from '../../../platform/service.ts'
import { checksumMember } from '../objects/body.ts'
import { checkWriteConditions } from '../objects/conditions.ts'
import { versionMember } from '../objects/find.ts'
import { keepVersion } from '../objects/keep.ts'
import { encryptionMembers, keyOf, readPart } from '../objects/sealing.ts'
import { bucketNamed, malformedXml, partBytesMin, type ObjectChecksum, type PartRow, type S3Scope, type UploadRow } from '../state.ts'
import { dropUpload, uploadNamed } from './uploads.ts'

/** Makes one object of the parts that are named; its entity tag is the MD5 of the parts' MD5s, with their number. */
export const CompleteMultipartUpload = longRunning(async function CompleteMultipartUpload(
  s3: S3Scope, input: CompleteMultipartUploadCommandInput,
): Promise<Omit<CompleteMultipartUploadCommandOutput, '$metadata'>> {
  const key = input.Key!
  const target = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const { name } = target
  const before = await uploadNamed(s3, name, key, input.UploadId!)
  const parts = await namedParts(s3, before, input.MultipartUpload?.Parts ?? [])
  const whole = await checksumOf(s3, before, parts, () => keyOf(s3, target, before.sealedBy))
  return s3.transact(async s3 => {
    const bucket = await bucketNamed(s3, name)
    const upload = await uploadNamed(s3, name, key, input.UploadId!)
    checkWriteConditions(input, key, await s3.tables.objects.get(name, key))
    const etag = `${createHash('md5').update(Buffer.concat(parts.map(part => Buffer.from(part.etag, 'hex')))).digest('hex')}-${parts.length}`
    const { headers, metadata, storageClass, tags, encryption, sealedBy } = upload
    const object = await keepVersion(s3, bucket, {
      key, etag, sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0), parts: parts.map(({ sha256, sizeBytes, iv }) => ({ sha256, sizeBytes,
        ...iv && { iv } })), headers, metadata,
      ...storageClass && { storageClass }, ...encryption && { encryption }, ...sealedBy && { sealedBy }, ...tags && { tags }, ...whole && { checksum: whole },
    }, 'CompleteMultipartUpload')
    await dropUpload(s3, upload)
    return {
      Location: `${s3.config.endpoint}/${name}/${encodeURIComponent(key)}`, Bucket: name, Key: key, ETag: `"${etag}"`, ...encryptionMembers(upload),
      ...versionMember(bucket, object), ...checksumMember(whole), ...whole && { ChecksumType: whole.type },
    }
  })
})

async function namedParts(s3: S3Scope, upload: UploadRow, given: CompletedPart[]): Promise<PartRow[]> {
  if (given.length === 0) throw malformedXml()
  // AWS looks at the order of the whole list before it looks for any part.
  if (given.some(({ PartNumber }, at) => at > 0 && PartNumber! <= given[at - 1]!.PartNumber!)) {
    throw new AwsError('InvalidPartOrder', 'The list of parts was not in ascending order. Parts must be ordered by part number.',
      { fields: { UploadId: upload.uploadId } })
  }
  const known = new Map((await s3.tables.parts.list({ prefix: [upload.uploadId] })).map(part => [part.partNumber, part]))
  const parts: PartRow[] = []
  for (const [at, { PartNumber, ETag }] of given.entries()) {
    const part = known.get(PartNumber!)
    if (!part || part.etag !== ETag?.replaceAll('"', '')) {
      throw new AwsError('InvalidPart', 'One or more of the specified parts could not be found.  The part may not have been uploaded, '
        + 'or the specified entity tag may not match the part\'s entity tag.', {
          fields: { UploadId: upload.uploadId, PartNumber, ETag: ETag?.replaceAll('"', '') }
        })
    }
    if (part.sizeBytes < partBytesMin && at < given.length - 1) {
      throw new AwsError('EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
        fields: { ProposedSize: part.sizeBytes, MinSizeAllowed: partBytesMin, PartNumber, ETag: part.etag },
      })
    }
    parts.push(part)
  }
  return parts
}

/** Of the whole object read again, or of the parts' checksums with their number. */
async function checksumOf(
  s3: S3Scope, upload: UploadRow, parts: PartRow[], keyOfUpload: () => Promise<Uint8Array | undefined>
): Promise<ObjectChecksum | undefined> {
  const { checksumAlgorithm: algorithm, checksumType: type } = upload
  if (algorithm === undefined || type === undefined) return undefined
  const running = checksum(algorithm.toLowerCase() as ChecksumName)
  if (type === 'COMPOSITE') {
    for (const part of parts) running.update(Buffer.from(part.checksum?.value ?? '', 'base64'))
    return { algorithm, type, value: `${running.digest()}-${parts.length}` }
  }
  const key = await keyOfUpload()
  for (const part of parts) if (part.sizeBytes > 0) for await (const piece of readPart(s3, part, key)) running.update(piece)
  return { algorithm, type, value: running.digest() }
}
