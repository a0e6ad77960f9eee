import type { AuthorizationRule, Conditions } from '../../platform/service.ts'
import { tagsFromList } from '../../platform/tags.ts'
import type { S3Scope } from './state.ts'

interface NamesObject { Bucket?: string | undefined, Key?: string | undefined, VersionId?: string | undefined }

/** What a writing request says beside its bytes, as far as policies speak of it. */
interface WritesObject extends NamesObject {
  ACL?: string | undefined
  CopySource?: string | undefined
  GrantFullControl?: string | undefined
  GrantRead?: string | undefined
  GrantReadACP?: string | undefined
  GrantWriteACP?: string | undefined
  IfMatch?: string | undefined
  IfNoneMatch?: string | undefined
  MetadataDirective?: string | undefined
  ServerSideEncryption?: string | undefined
  SSECustomerAlgorithm?: string | undefined
  SSEKMSKeyId?: string | undefined
  StorageClass?: string | undefined
  /** `a=1&b=2` of an upload, a tag set of PutObjectTagging. */
  Tagging?: string | { TagSet: { Key: string | undefined, Value: string | undefined }[] | undefined } | undefined
  WebsiteRedirectLocation?: string | undefined
}

/** Condition keys of what a request writes: docs.aws.amazon.com/service-authorization, "Amazon S3". */
function writeConditions(input: WritesObject): Conditions {
  const tags = typeof input.Tagging === 'string' ? Object.fromEntries(new URLSearchParams(input.Tagging)) : tagsFromList(input.Tagging?.TagSet)
  return {
    's3:x-amz-acl': input.ACL, 's3:x-amz-copy-source': input.CopySource, 's3:x-amz-metadata-directive': input.MetadataDirective,
    's3:x-amz-storage-class': input.StorageClass,
    's3:x-amz-server-side-encryption': input.ServerSideEncryption, 's3:x-amz-server-side-encryption-aws-kms-key-id': input.SSEKMSKeyId,
    's3:x-amz-server-side-encryption-customer-algorithm': input.SSECustomerAlgorithm, 's3:x-amz-website-redirect-location': input.WebsiteRedirectLocation,
    's3:x-amz-grant-full-control': input.GrantFullControl, 's3:x-amz-grant-read': input.GrantRead, 's3:x-amz-grant-read-acp': input.GrantReadACP,
    's3:x-amz-grant-write-acp': input.GrantWriteACP, 's3:if-match': input.IfMatch, 's3:if-none-match': input.IfNoneMatch,
    ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
    's3:RequestObjectTagKeys': Object.keys(tags).length > 0 ? Object.keys(tags) : undefined,
  }
}

// A bucket may be another account's: its owner and its policy decide, not where the caller comes from.
const byBucket = {
  resourcePolicy: async (s3: S3Scope, input: NamesObject) => (await s3.tables.buckets.shared(input.Bucket ?? ''))?.policy,
  resourceAccount: async (s3: S3Scope, input: NamesObject) => (await s3.tables.buckets.shared(input.Bucket ?? ''))?.account,
}

type Rule = AuthorizationRule<S3Scope, NamesObject>

/** May do the action on the bucket. */
export const onBucket = (action: string) => ({
  ...byBucket, action, resource: (s3: S3Scope, input: NamesObject) => `arn:${s3.partition}:s3:::${input.Bucket}`,
  resourceTags: async (s3: S3Scope, input: NamesObject) => (await s3.tables.buckets.shared(input.Bucket ?? ''))?.tags,
} satisfies Rule)

/** May do the action on the object. */
export const onObject = (action: string) => ({
  ...byBucket, action, resource: (s3: S3Scope, input: NamesObject) => `arn:${s3.partition}:s3:::${input.Bucket}/${input.Key}`,
  // The condition keys s3:ExistingObjectTag/… .
  resourceTags: async (s3: S3Scope, input: NamesObject) => (await s3.tables.objects.get(input.Bucket ?? '', input.Key ?? ''))?.tags,
} satisfies Rule)

/** May write the object; its tags and its access control list, where it comes with them, are permissions of their own. */
export const onWrite = {
  ...onObject('s3:PutObject'),
  action: (_: S3Scope, input: WritesObject) => [
    's3:PutObject', ...input.Tagging === undefined ? [] : ['s3:PutObjectTagging'], ...input.ACL === undefined ? [] : ['s3:PutObjectAcl'],
  ],
  conditions: (s3: S3Scope, input: WritesObject) => s3.principal.type === 'root' ? {} : writeConditions(input),
}

/** May tag the object, or the version that is named. */
export const onTagging = {
  ...onObject('s3:PutObjectTagging'),
  action: (_: S3Scope, input: WritesObject) => input.VersionId === undefined ? 's3:PutObjectTagging' : 's3:PutObjectVersionTagging',
  conditions: (_: S3Scope, input: WritesObject) => ({ ...writeConditions(input), 's3:VersionId': input.VersionId }),
}

/** May do the action on the object, or with `Version` after it on a version that is named. */
export const onVersion = (action: string) => ({
  ...onObject(action), action: (_: S3Scope, input: NamesObject) => input.VersionId === undefined ? action : versioned(action),
  conditions: (_: S3Scope, input: NamesObject) => ({ 's3:VersionId': input.VersionId }),
} satisfies Rule)

/** `s3:GetObjectVersion`, `s3:GetObjectVersionTagging`, `s3:GetObjectVersionAcl`. */
const versioned = (action: string) => action.replace(/(Tagging|Acl|Attributes)?$/, 'Version$1')

/** Attributes are a part of what a reader sees. */
export const onAttributes = {
  ...onVersion(''),
  action: (_: S3Scope, { VersionId }: NamesObject) => ['s3:GetObject', 's3:GetObjectAttributes'].map(each => VersionId === undefined ? each : versioned(each)),
} satisfies Rule
