import type { PutBucketCorsCommandInput } from '@aws-sdk/client-s3'
import { bucketNamed, malformedXml, type S3Scope } from '../state.ts'
import { checkRules } from './cors.ts'

/** Puts the rules by which pages of other origins may use the bucket. */
export async function PutBucketCors(s3: S3Scope, input: PutBucketCorsCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const rules = input.CORSConfiguration?.CORSRules
  if (!rules) throw malformedXml()
  checkRules(rules)
  await s3.tables.buckets.put({ ...bucket, configuration: { ...bucket.configuration, cors: rules } })
  return {}
}
