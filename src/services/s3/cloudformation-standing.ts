import type { Known, ResourceContext } from '../../platform/resource-type.ts'
import { unlessGone } from '../../platform/standing.ts'
import { tagsFromList } from '../../platform/tags.ts'
import { readBlock, readCors, readEncryption, readLifecycle, readNotifications } from './cloudformation-reading.ts'

/** Nothing where the bucket has no such configuration. */
const unlessNone = (error: Error): undefined => {
  if (!/^(?:NoSuch\w+|ServerSideEncryptionConfigurationNotFoundError|OwnershipControlsNotFoundError)$/.test(error.name)) throw error
}

/** Buckets that exist already: for drift detection, import and Cloud Control. */
export const standingBuckets = {
  identifier: 'BucketName',
  tags: async ({ aws: { s3 } }: ResourceContext, Bucket: string) => tagsFromList((await s3.GetBucketTagging({ Bucket }).catch(unlessNone))?.TagSet),
  // An access control list can only be private.
  writeOnly: ['AccessControl'],
  async read({ aws: { s3 } }: ResourceContext, Bucket: string, known: Known<any>) {
    const there = await s3.HeadBucket({ Bucket }).then(() => true, (error: Error) => {
      if (error.name !== 'NotFound' && error.name !== 'NoSuchBucket') throw error
      return false
    })
    if (!there) return undefined
    const [versioning, block, ownership] = await Promise.all([
      s3.GetBucketVersioning({ Bucket }), s3.GetPublicAccessBlock({ Bucket }).catch(unlessNone), s3.GetBucketOwnershipControls({ Bucket }).catch(unlessNone),
    ])
    const [encryption, cors, lifecycle, notifications] = await Promise.all([
      s3.GetBucketEncryption({ Bucket }), s3.GetBucketCors({ Bucket }).catch(unlessNone), s3.GetBucketLifecycleConfiguration({ Bucket }).catch(unlessNone),
      s3.GetBucketNotificationConfiguration({ Bucket }),
    ])
    return {
      BucketName: Bucket, VersioningConfiguration: versioning.Status && { Status: versioning.Status },
      PublicAccessBlockConfiguration: readBlock(block?.PublicAccessBlockConfiguration, known.PublicAccessBlockConfiguration),
      OwnershipControls: ownership?.OwnershipControls as { Rules: { ObjectOwnership: 'BucketOwnerEnforced' }[] } | undefined,
      BucketEncryption: readEncryption(encryption.ServerSideEncryptionConfiguration?.Rules, known.BucketEncryption),
      CorsConfiguration: readCors(cors?.CORSRules), LifecycleConfiguration: readLifecycle(lifecycle?.Rules, known.LifecycleConfiguration),
      NotificationConfiguration: readNotifications(notifications, known.NotificationConfiguration),
    }
  },
  list: async ({ aws, region }: ResourceContext) => ((await aws.s3.ListBuckets({ BucketRegion: region })).Buckets ?? []).map(bucket => bucket.Name!),
}

/** Policies of buckets; a bucket without one has no such resource. */
export const standingBucketPolicies = {
  identifier: 'Bucket',
  async read({ aws: { s3 } }: ResourceContext, Bucket: string) {
    const found = await unlessGone(s3.GetBucketPolicy({ Bucket }), 'NoSuchBucket', 'NoSuchBucketPolicy')
    return found && { Bucket, PolicyDocument: JSON.parse(found.Policy!) as object }
  },
  async list(resource: ResourceContext) {
    const buckets = await standingBuckets.list(resource)
    const found = await Promise.all(buckets.map(bucket => standingBucketPolicies.read(resource, bucket)))
    return buckets.filter((_, at) => found[at] !== undefined)
  },
}
