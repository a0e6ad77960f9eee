import type { S3 } from '@aws-sdk/client-s3'
import { longRunning, service } from '../../platform/service.ts'
import { onAttributes, onBucket, onObject, onTagging, onVersion, onWrite } from './authorization.ts'
import { GetBucketAcl } from './acls/GetBucketAcl.ts'
import { GetObjectAcl } from './acls/GetObjectAcl.ts'
import { PutBucketAcl } from './acls/PutBucketAcl.ts'
import { PutObjectAcl } from './acls/PutObjectAcl.ts'
import { GetBucketAccelerateConfiguration } from './configuration/GetBucketAccelerateConfiguration.ts'
import { GetBucketLogging } from './configuration/GetBucketLogging.ts'
import { GetBucketPolicyStatus } from './configuration/GetBucketPolicyStatus.ts'
import { GetBucketReplication } from './configuration/GetBucketReplication.ts'
import { GetBucketRequestPayment } from './configuration/GetBucketRequestPayment.ts'
import { GetBucketWebsite } from './configuration/GetBucketWebsite.ts'
import { GetObjectLockConfiguration } from './configuration/GetObjectLockConfiguration.ts'
import { GetObjectAttributes } from './objects/GetObjectAttributes.ts'
import { CreateBucket } from './buckets/CreateBucket.ts'
import { DeleteBucket } from './buckets/DeleteBucket.ts'
import { GetBucketLocation } from './buckets/GetBucketLocation.ts'
import { HeadBucket } from './buckets/HeadBucket.ts'
import { ListBuckets } from './buckets/ListBuckets.ts'
import { measure } from './buckets/measure.ts'
import { resourceTypes } from './cloudformation.ts'
import { crossOrigin } from './configuration/cors.ts'
import { DeleteBucketCors } from './configuration/DeleteBucketCors.ts'
import { DeleteBucketEncryption } from './configuration/DeleteBucketEncryption.ts'
import { DeleteBucketOwnershipControls } from './configuration/DeleteBucketOwnershipControls.ts'
import { DeleteBucketPolicy } from './configuration/DeleteBucketPolicy.ts'
import { DeleteBucketTagging } from './configuration/DeleteBucketTagging.ts'
import { DeletePublicAccessBlock } from './configuration/DeletePublicAccessBlock.ts'
import { GetBucketCors } from './configuration/GetBucketCors.ts'
import { GetBucketEncryption } from './configuration/GetBucketEncryption.ts'
import { GetBucketOwnershipControls } from './configuration/GetBucketOwnershipControls.ts'
import { GetBucketPolicy } from './configuration/GetBucketPolicy.ts'
import { GetBucketTagging } from './configuration/GetBucketTagging.ts'
import { GetBucketVersioning } from './configuration/GetBucketVersioning.ts'
import { GetPublicAccessBlock } from './configuration/GetPublicAccessBlock.ts'
import { PutBucketCors } from './configuration/PutBucketCors.ts'
import { PutBucketEncryption } from './configuration/PutBucketEncryption.ts'
import { notify } from './notifications/deliver.ts'
import { GetBucketNotificationConfiguration } from './notifications/GetBucketNotificationConfiguration.ts'
import { PutBucketNotificationConfiguration } from './notifications/PutBucketNotificationConfiguration.ts'
import { PutBucketOwnershipControls } from './configuration/PutBucketOwnershipControls.ts'
import { PutBucketPolicy } from './configuration/PutBucketPolicy.ts'
import { PutBucketTagging } from './configuration/PutBucketTagging.ts'
import { PutBucketVersioning } from './configuration/PutBucketVersioning.ts'
import { PutPublicAccessBlock } from './configuration/PutPublicAccessBlock.ts'
import { DeleteBucketLifecycle } from './configuration/DeleteBucketLifecycle.ts'
import { GetBucketLifecycleConfiguration } from './configuration/GetBucketLifecycleConfiguration.ts'
import { PutBucketLifecycleConfiguration } from './configuration/PutBucketLifecycleConfiguration.ts'
import { expire } from './configuration/expiry.ts'
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
import { DeleteObjectTagging } from './objects/DeleteObjectTagging.ts'
import { GetObjectTagging } from './objects/GetObjectTagging.ts'
import { ListObjectVersions } from './objects/ListObjectVersions.ts'
import { PutObjectTagging } from './objects/PutObjectTagging.ts'
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
    CreateBucket, DeleteBucket, DeleteObject, DeleteObjects, GetBucketLocation, GetObject, HeadBucket, HeadObject, ListBuckets, ListObjects, ListObjectsV2,
    PutObject,
    DeleteBucketEncryption, DeleteBucketOwnershipControls, DeleteBucketPolicy, DeleteBucketTagging, DeletePublicAccessBlock, GetBucketEncryption,
    GetBucketOwnershipControls, GetBucketPolicy, GetBucketTagging, GetBucketVersioning, GetPublicAccessBlock, PutBucketEncryption,
    GetBucketNotificationConfiguration, PutBucketNotificationConfiguration: longRunning(PutBucketNotificationConfiguration), PutBucketOwnershipControls,
    PutBucketPolicy, PutBucketTagging, PutBucketVersioning, PutPublicAccessBlock, DeleteObjectTagging,
    GetObjectTagging, ListObjectVersions, PutObjectTagging,
    DeleteBucketLifecycle, GetBucketLifecycleConfiguration, PutBucketLifecycleConfiguration,
    DeleteBucketCors, GetBucketCors, PutBucketCors,
    GetBucketAcl, GetObjectAcl, PutBucketAcl, PutObjectAcl, GetBucketAccelerateConfiguration, GetBucketLogging, GetBucketPolicyStatus, GetBucketReplication,
    GetBucketRequestPayment, GetBucketWebsite, GetObjectAttributes, GetObjectLockConfiguration,
    CopyObject, AbortMultipartUpload, CompleteMultipartUpload, CreateMultipartUpload, ListMultipartUploads, ListParts, UploadPart, UploadPartCopy,
  },
  authorization: {
    CreateBucket: {
      resource: (s3, input) => `arn:${s3.partition}:s3:::${input.Bucket}`,
      conditions: (_, input) => ({
        's3:locationconstraint': input.CreateBucketConfiguration?.LocationConstraint, 's3:x-amz-acl': input.ACL,
        's3:x-amz-object-ownership': input.ObjectOwnership,
      }),
    },
    ListBuckets: { action: 's3:ListAllMyBuckets', resource: '*' },
    DeleteBucket: onBucket('s3:DeleteBucket'), GetBucketLocation: onBucket('s3:GetBucketLocation'), HeadBucket: onBucket('s3:ListBucket'),
    ListObjects: listing, ListObjectsV2: listing,
    PutObject: onWrite, GetObject: onVersion('s3:GetObject'), HeadObject: onVersion('s3:GetObject'), DeleteObject: onVersion('s3:DeleteObject'),
    CopyObject: onWrite, CreateMultipartUpload: onWrite, UploadPart: onObject('s3:PutObject'), UploadPartCopy: onObject('s3:PutObject'),
    CompleteMultipartUpload: onObject('s3:PutObject'), AbortMultipartUpload: onObject('s3:AbortMultipartUpload'),
    ListParts: onObject('s3:ListMultipartUploadParts'),
    ListMultipartUploads: onBucket('s3:ListBucketMultipartUploads'),
    DeleteBucketEncryption: onBucket('s3:PutEncryptionConfiguration'), DeleteBucketOwnershipControls: onBucket('s3:PutBucketOwnershipControls'),
    DeleteBucketPolicy: onBucket('s3:DeleteBucketPolicy'), DeleteBucketTagging: onBucket('s3:PutBucketTagging'),
    DeletePublicAccessBlock: onBucket('s3:PutBucketPublicAccessBlock'), GetBucketEncryption: onBucket('s3:GetEncryptionConfiguration'),
    GetBucketOwnershipControls: onBucket('s3:GetBucketOwnershipControls'), GetBucketPolicy: onBucket('s3:GetBucketPolicy'),
    GetBucketTagging: onBucket('s3:GetBucketTagging'), GetBucketVersioning: onBucket('s3:GetBucketVersioning'),
    GetPublicAccessBlock: onBucket('s3:GetBucketPublicAccessBlock'), PutBucketEncryption: onBucket('s3:PutEncryptionConfiguration'),
    GetBucketNotificationConfiguration: onBucket('s3:GetBucketNotification'), PutBucketNotificationConfiguration: onBucket('s3:PutBucketNotification'),
    PutBucketOwnershipControls: onBucket('s3:PutBucketOwnershipControls'), PutBucketPolicy: onBucket('s3:PutBucketPolicy'),
    PutBucketTagging: onBucket('s3:PutBucketTagging'), PutBucketVersioning: onBucket('s3:PutBucketVersioning'),
    PutPublicAccessBlock: onBucket('s3:PutBucketPublicAccessBlock'),
    GetObjectTagging: onVersion('s3:GetObjectTagging'), PutObjectTagging: onTagging, DeleteObjectTagging: onVersion('s3:DeleteObjectTagging'),
    ListObjectVersions: onBucket('s3:ListBucketVersions'),
    GetBucketLifecycleConfiguration: onBucket('s3:GetLifecycleConfiguration'), PutBucketLifecycleConfiguration: onBucket('s3:PutLifecycleConfiguration'),
    DeleteBucketCors: onBucket('s3:PutBucketCORS'), GetBucketCors: onBucket('s3:GetBucketCORS'), PutBucketCors: onBucket('s3:PutBucketCORS'),
    DeleteBucketLifecycle: onBucket('s3:PutLifecycleConfiguration'),
    GetBucketAcl: onBucket('s3:GetBucketAcl'), PutBucketAcl: onBucket('s3:PutBucketAcl'), GetObjectAcl: onVersion('s3:GetObjectAcl'),
    PutObjectAcl: onVersion('s3:PutObjectAcl'), GetBucketAccelerateConfiguration: onBucket('s3:GetAccelerateConfiguration'),
    GetBucketLogging: onBucket('s3:GetBucketLogging'), GetBucketPolicyStatus: onBucket('s3:GetBucketPolicyStatus'),
    GetBucketReplication: onBucket('s3:GetReplicationConfiguration'), GetBucketRequestPayment: onBucket('s3:GetBucketRequestPayment'),
    GetBucketWebsite: onBucket('s3:GetBucketWebsite'), GetObjectLockConfiguration: onBucket('s3:GetBucketObjectLockConfiguration'),
    GetObjectAttributes: onAttributes,
    // Each of its objects is asked for by itself.
    DeleteObjects: { resource: 'none' },
  },
  crossOrigin,
  tasks: { expire, measure, notify },
  resourceTypes,
  open: (): S3State => ({ sequence: 0 }),
})
