import type { PutBucketLifecycleConfigurationCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, malformedXml, notImplemented, type S3Scope } from '../state.ts'
import { queueExpiry } from './expiry.ts'

/** Puts the rules by which objects, older versions and unfinished uploads expire. Transitions and filters other than a prefix are refused. */
export async function PutBucketLifecycleConfiguration(s3: S3Scope, input: PutBucketLifecycleConfigurationCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const rules = input.LifecycleConfiguration?.Rules ?? []
  if (rules.length === 0 || rules.length > 1000) throw malformedXml()
  for (const rule of rules) {
    if (rule.Status !== 'Enabled' && rule.Status !== 'Disabled') throw malformedXml()
    if (rule.Transitions?.length || rule.NoncurrentVersionTransitions?.length) throw notImplemented('Transition')
    const { Prefix: _, ...others } = rule.Filter ?? {}
    if (Object.values(others).some(value => value !== undefined)) throw notImplemented('Filter')
    if (!rule.Expiration && !rule.NoncurrentVersionExpiration && !rule.AbortIncompleteMultipartUpload) throw malformedXml()
  }
  const lifecycle = rules.map((rule, at) => ({ ...rule, ID: rule.ID ?? `rule-${at + 1}` }))
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, lifecycle } })
  queueExpiry(s3, bucket)
  return {}
}
