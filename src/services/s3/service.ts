import type { S3 } from '@aws-sdk/client-s3'
import { service } from '../../platform/service.ts'
import { onBucket, onObject, onVersion } from './authorization.ts'
import { CreateBucket } from './buckets/CreateBucket.ts'
import { DeleteBucket } from './buckets/DeleteBucket.ts'
import { GetBucketLocation } from './buckets/GetBucketLocation.ts'
import { HeadBucket } from './buckets/HeadBucket.ts'
import { ListBuckets } from './buckets/ListBuckets.ts'
import { AbortMultipartUpload } from './multipart/AbortMultipartUpload.ts'
import { CompleteMultipartUpload } from './multipart/CompleteMultipartUpload.ts'
import { CreateMultipartUpload } from './multipart/CreateMultipartUpload.ts'
import { ListMultipartUploads } from './multipart/ListMultipartUploads.ts'
import { ListParts } from './multipart/ListParts.ts'
import { UploadPart } from './multipart/UploadPart.ts'
import { UploadPartCopy } from './multipart/UploadPartCopy.ts'
import { CopyObject } from './objects/CopyObject.ts'
import { DeleteObject } from './objects/DeleteObject.ts'
import { DeleteObjects } from './objects/DeleteObjects.ts'
import { GetObject } from './objects/GetObject.ts'
import { HeadObject } from './objects/HeadObject.ts'
import { ListObjects } from './objects/ListObjects.ts'
import { ListObjectsV2 } from './objects/ListObjectsV2.ts'
import { PutObject } from './objects/PutObject.ts'
import { tables, type S3Scope, type S3State } from './state.ts'

const listing = {
  ...onBucket('s3:ListBucket'),
  conditions: (_: S3Scope, input: { Prefix?: string | undefined, Delimiter?: string | undefined, MaxKeys?: number | undefined }) =>
    ({ 's3:prefix': input.Prefix ?? '', 's3:delimiter': input.Delimiter, 's3:max-keys': input.MaxKeys }),
}

export const s3 = service<S3, S3Scope>({
  name: 's3',
  billing: 'AmazonS3',
  tables,
  operations: {
    CreateBucket, DeleteBucket, DeleteObject, DeleteObjects, GetBucketLocation, GetObject, HeadBucket, HeadObject, ListBuckets, ListObjects, ListObjectsV2, PutObject,
    CopyObject, AbortMultipartUpload, CompleteMultipartUpload, CreateMultipartUpload, ListMultipartUploads, ListParts, UploadPart, UploadPartCopy,
  },
  authorization: {
    CreateBucket: { resource: (s3, input) => `arn:${s3.partition}:s3:::${input.Bucket}` }, ListBuckets: { action: 's3:ListAllMyBuckets', resource: '*' },
    DeleteBucket: onBucket('s3:DeleteBucket'), GetBucketLocation: onBucket('s3:GetBucketLocation'), HeadBucket: onBucket('s3:ListBucket'),
    ListObjects: listing, ListObjectsV2: listing,
    PutObject: onObject('s3:PutObject'), GetObject: onVersion('s3:GetObject'), HeadObject: onVersion('s3:GetObject'), DeleteObject: onVersion('s3:DeleteObject'),
    CopyObject: onObject('s3:PutObject'), CreateMultipartUpload: onObject('s3:PutObject'), UploadPart: onObject('s3:PutObject'), UploadPartCopy: onObject('s3:PutObject'),
    CompleteMultipartUpload: onObject('s3:PutObject'), AbortMultipartUpload: onObject('s3:AbortMultipartUpload'), ListParts: onObject('s3:ListMultipartUploadParts'),
    ListMultipartUploads: onBucket('s3:ListBucketMultipartUploads'),
    // Each of its objects is asked for by itself.
    DeleteObjects: { resource: 'none' },
  },
  open: (): S3State => ({ sequence: 0 }),
})
