import type { AccessControlPolicy, Grant } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { malformedXml, type BucketRow } from '../state.ts'

/** What a request gives an access control list with. */
interface GivesAcl {
  ACL?: string | undefined
  AccessControlPolicy?: AccessControlPolicy | undefined
  GrantFullControl?: string | undefined
  GrantRead?: string | undefined
  GrantReadACP?: string | undefined
  GrantWrite?: string | undefined
  GrantWriteACP?: string | undefined
}

/** Of buckets whose owner is enforced, and of all that is in them: the owner has full control, and nobody else anything. */
export function ownersAcl({ account }: BucketRow): { Owner: { ID: string }, Grants: Grant[] } {
  return { Owner: { ID: account }, Grants: [{ Grantee: { Type: 'CanonicalUser', ID: account }, Permission: 'FULL_CONTROL' }] }
}

/** Refuses every list but the one that is there anyway, as S3 does where the owner of a bucket is enforced: AccessControlListNotSupported. */
export function checkAcl({ account }: BucketRow, input: GivesAcl): void {
  const { ACL, AccessControlPolicy: policy, GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP } = input
  const grants = [GrantFullControl, GrantRead, GrantReadACP, GrantWrite, GrantWriteACP].some(each => each !== undefined)
  if (ACL === undefined && !policy && !grants) throw new AwsError('MissingSecurityHeader', 'Your request was missing a required header')
  if (policy && !policy.Grants) throw malformedXml()
  const isOwners = policy?.Grants!.every(({ Grantee, Permission }) => Grantee?.ID === account && Permission === 'FULL_CONTROL') ?? true
  if (grants || !isOwners || (ACL !== undefined && ACL !== 'private' && ACL !== 'bucket-owner-full-control')) {
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs')
  }
}
