import type { AuthorizationRule } from '../../platform/service.ts'
import type { S3Scope } from './state.ts'

interface NamesObject { Bucket?: string | undefined, Key?: string | undefined, VersionId?: string | undefined }

// A bucket may be another account's: its owner and its policy decide, not where the caller comes from.
const byBucket = {
  resourcePolicy: async (s3: S3Scope, input: NamesObject) => (await s3.tables.buckets.get(input.Bucket ?? ''))?.policy,
  resourceAccount: async (s3: S3Scope, input: NamesObject) => (await s3.tables.buckets.get(input.Bucket ?? ''))?.account,
}

type Rule = AuthorizationRule<S3Scope, NamesObject>

/** May do the action on the bucket. */
export const onBucket = (action: string) => ({
  ...byBucket, action, resource: (s3: S3Scope, input: NamesObject) => `arn:${s3.partition}:s3:::${input.Bucket}`,
  resourceTags: async (s3: S3Scope, input: NamesObject) => (await s3.tables.buckets.get(input.Bucket ?? ''))?.tags,
} satisfies Rule)

/** May do the action on the object. */
export const onObject = (action: string) => ({
  ...byBucket, action, resource: (s3: S3Scope, input: NamesObject) => `arn:${s3.partition}:s3:::${input.Bucket}/${input.Key}`,
  // The condition keys s3:ExistingObjectTag/… .
  resourceTags: async (s3: S3Scope, input: NamesObject) => (await s3.tables.objects.get(input.Bucket ?? '', input.Key ?? ''))?.tags,
} satisfies Rule)

/** May do the action on the object, or with `Version` after it on a version that is named. */
export const onVersion = (action: string) => ({
  ...onObject(action), action: (_: S3Scope, input: NamesObject) => input.VersionId === undefined ? action : versioned(action),
  conditions: (_: S3Scope, input: NamesObject) => ({ 's3:VersionId': input.VersionId }),
} satisfies Rule)

/** `s3:GetObjectVersion`, `s3:GetObjectVersionTagging`. */
const versioned = (action: string) => action.endsWith('Tagging') ? action.replace(/Tagging$/, 'VersionTagging') : `${action}Version`
