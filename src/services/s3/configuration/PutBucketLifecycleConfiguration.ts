import type { PutBucketLifecycleConfigurationCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, malformedXml, type S3Scope } from '../state.ts'
import { queueExpiry } from './expiry.ts'
import { checkRule } from './lifecycle.ts'

/** Puts the rules by which objects, older versions and unfinished uploads expire, or go to another storage class; archives are refused. */
export async function PutBucketLifecycleConfiguration(s3: S3Scope, input: PutBucketLifecycleConfigurationCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const rules = input.LifecycleConfiguration?.Rules ?? []
  if (rules.length === 0 || rules.length > 1000) throw malformedXml()
  rules.forEach(checkRule)
  const lifecycle = rules.map((rule, at) => ({ ...rule, ID: rule.ID ?? `rule-${at + 1}` }))
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, lifecycle } })
  queueExpiry(s3, bucket)
  return {}
}
