import type { CreateBucketCommandInput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { notImplemented, type BucketRow, type S3Scope } from '../state.ts'
import { queueMeasure } from './measure.ts'

/** Creates a bucket in the region that the location constraint names, or in that of the endpoint. Names are unique in the whole cloud. */
export async function CreateBucket(s3: S3Scope, input: CreateBucketCommandInput): Promise<{ Location: string, BucketArn: string }> {
  const name = input.Bucket!
  if (!isBucketName(name)) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', { fields: { BucketName: name } })
  if (input.ObjectLockEnabledForBucket) throw notImplemented('x-amz-bucket-object-lock-enabled')
  if (input.ACL !== undefined && input.ACL !== 'private') throw notImplemented('x-amz-acl')
  const region = regionOf(s3, input.CreateBucketConfiguration?.LocationConstraint)
  const existing = await s3.tables.buckets.get(name)
  if (existing) {
    if (existing.account !== s3.account) {
      throw new AwsError('BucketAlreadyExists', 'The requested bucket name is not available. The bucket namespace is shared by all users of the system. '
        + 'Please select a different name and try again.', { status: 409, fields: { BucketName: name } })
    }
    // In us-east-1 a bucket may be created again by its owner, which changes nothing.
    if (region !== 'us-east-1' || existing.region !== 'us-east-1') {
      throw new AwsError('BucketAlreadyOwnedByYou', 'Your previous request to create the named bucket succeeded and you already own it.', {
        status: 409, fields: { BucketName: name }
      })
    }
    return { Location: `/${name}`, BucketArn: `arn:${s3.partition}:s3:::${name}` }
  }
  const tags = Object.fromEntries((input.CreateBucketConfiguration?.Tags ?? []).map(tag => [tag.Key!, tag.Value!]))
  const bucket: BucketRow = {
    name, account: s3.account, region, createdAt: s3.now(), ...Object.keys(tags).length > 0 && { tags },
    configuration: {
      ownership: { Rules: [{ ObjectOwnership: input.ObjectOwnership ?? 'BucketOwnerEnforced' }] },
      publicAccessBlock: { BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: true, RestrictPublicBuckets: true },
    },
  }
  await s3.tables.buckets.put(bucket)
  queueMeasure(s3, bucket)
  return { Location: region === 'us-east-1' ? `/${name}` : `http://${name}.s3.amazonaws.com/`, BucketArn: `arn:${s3.partition}:s3:::${name}` }
}

function regionOf(s3: S3Scope, constraint: string | undefined): string {
  const region = constraint === 'EU' ? 'eu-west-1' : constraint
  if (region === undefined || region === '') {
    if (s3.region === 'us-east-1') return s3.region
    throw new AwsError(
      'IllegalLocationConstraintException', 'The unspecified location constraint is incompatible for the region specific endpoint this request was sent to.'
    )
  }
  if (region === 'us-east-1' || !/^[a-z]{2}(-[a-z]+)+-\d$/.test(region)) {
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', { fields: { LocationConstraint: constraint } })
  }
  if (s3.region !== 'us-east-1' && s3.region !== region) {
    throw new AwsError(
      'IllegalLocationConstraintException', `The ${region} location constraint is incompatible for the region specific endpoint this request was sent to.`
    )
  }
  return region
}

/** The rules of names of general purpose buckets. */
export function isBucketName(name: string): boolean {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) || name.includes('..') || /^\d+\.\d+\.\d+\.\d+$/.test(name)) return false
  return !/^(?:xn--|sthree-|amzn-s3-demo-)/.test(name) && !/(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
}
