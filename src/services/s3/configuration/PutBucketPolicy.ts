import type { PutBucketPolicyCommandInput } from '@aws-sdk/client-s3'
import { AwsError } from '../../../platform/errors.ts'
import { policyProblem } from '../../../platform/policy/validate.ts'
import { bucketNamed, type S3Scope } from '../state.ts'

const malformed = (message: string) => new AwsError('MalformedPolicy', message)

/** Puts the policy of a bucket, which takes part in every permission check on it. */
export async function PutBucketPolicy(s3: S3Scope, input: PutBucketPolicyCommandInput): Promise<object> {
  const bucket = await bucketNamed(s3, input.Bucket, input.ExpectedBucketOwner)
  const policy = input.Policy ?? ''
  const statements = statementsOf(policy)
  for (const statement of statements) {
    if (typeof statement !== 'object' || statement === null) throw malformed('Invalid policy syntax.')
    if (statement.Principal === undefined && statement.NotPrincipal === undefined) throw malformed('Missing required field Principal')
    if (statement.Action === undefined && statement.NotAction === undefined) throw malformed('Missing required field Action')
    const resources = [statement.Resource ?? statement.NotResource ?? []].flat()
    if (resources.length === 0) throw malformed('Missing required field Resource')
    const own = `arn:${s3.partition}:s3:::${bucket.name}`
    if (!resources.every(resource => typeof resource !== 'string' || resource === own || resource.startsWith(`${own}/`) || resource === `${own}*`)) {
      throw malformed('Policy has invalid resource')
    }
  }
  const problem = policyProblem(policy, 'resource')
  if (problem !== undefined) throw malformed(wordsOfS3(problem))
  if (isPublic(statements) && bucket.configuration.publicAccessBlock?.BlockPublicPolicy) {
    const resource = `arn:${s3.partition}:s3:::${bucket.name}`
    throw new AwsError('AccessDenied', `User: ${s3.principal.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "${resource}" `
      + 'because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.', { status: 403 })
  }
  await s3.tables.buckets.put({ ...bucket, policy })
  return {}
}

/** Whether statements let everybody in. */
export const isPublic = (statements: Record<string, any>[]): boolean => statements.some(({ Effect, Principal, Condition }) =>
  Effect === 'Allow' && !Condition && (Principal === '*' || [Principal?.AWS].flat().includes('*')))

/** IAM's reason in the words that S3 has for it. */
function wordsOfS3(problem: string): string {
  if (problem.startsWith('Invalid principal')) return 'Invalid principal in policy'
  return /action|vendor/i.test(problem) ? 'Policy has invalid action' : 'Invalid policy syntax.'
}

/** The statements of a policy; MalformedPolicy where it has none. */
export function statementsOf(policy: string): Record<string, any>[] {
  try {
    const { Statement } = JSON.parse(policy)
    if (Statement !== undefined) return [Statement].flat()
  } catch {
    throw malformed('Policies must be valid JSON and the first byte must be \'{\'')
  }
  throw malformed('Missing required field Statement')
}
