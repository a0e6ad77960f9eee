import type { PutResourcePolicyCommandInput, ResourcePolicy } from '@aws-sdk/client-cloudwatch-logs'
import { InvalidParameterException, LimitExceededException, refuseMembers, type Logs } from '../state.ts'
import { describePolicy } from './policy.ts'

const policiesMax = 10
const documentBytesMax = 5120

/** Lets other AWS services, or other accounts, do what a policy says with the log groups of this account and region. */
export async function PutResourcePolicy(logs: Logs, input: PutResourcePolicyCommandInput): Promise<{ resourcePolicy: ResourcePolicy }> {
  refuseMembers(input, ['resourceArn', 'expectedRevisionId'])
  const { policyName: name, policyDocument: document } = input
  if (!name || !document) throw new InvalidParameterException('policyName and policyDocument must be provided.')
  if (Buffer.byteLength(document) > documentBytesMax) throw new LimitExceededException(`The policy document exceeds ${documentBytesMax} bytes.`)
  if (!isPolicy(document)) throw new InvalidParameterException('The policy document is not valid.')
  const existing = await logs.tables.resourcePolicies.list()
  if (existing.length >= policiesMax && !existing.some(row => row.name === name)) throw new LimitExceededException('Resource limit exceeded.')
  const row = { name, document, updatedAt: logs.now() }
  await logs.tables.resourcePolicies.put(row)
  return { resourcePolicy: describePolicy(row) }
}

function isPolicy(document: string): boolean {
  try {
    const policy = JSON.parse(document)
    const statements = [policy.Statement].flat()
    return statements.length > 0 &&
      statements.every(one => (one?.Effect === 'Allow' || one?.Effect === 'Deny') && (one.Principal ?? one.NotPrincipal) && (one.Action ?? one.NotAction))
  } catch {
    return false
  }
}
