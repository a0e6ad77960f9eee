import type { PolicyType } from '@aws-sdk/client-organizations'
import { policyProblem } from '../../../platform/policy/validate.ts'
import { policyArn } from '../arns.ts'
import { fullAccess, serviceControl } from '../full-access.ts'
import {
  constraintViolation, DuplicatePolicyException, invalidInput, MalformedPolicyDocumentException, PolicyNotFoundException, PolicyTypeNotEnabledException,
  policyCharactersMax, type Orgs,
} from '../state.ts'
import type { OrganizationRow, PolicyRow } from '../tables.ts'

export function checkType(type: PolicyType | undefined): void {
  if (type === serviceControl) return
  throw invalidInput('INVALID_ENUM_POLICY_TYPE', `Policies of the type ${type} are not supported by Fogbank, which enforces ${serviceControl}.`)
}

/** A policy that the organization has, its own or AWS's. */
export async function policyIn(orgs: Orgs, org: OrganizationRow, id: string | undefined): Promise<PolicyRow> {
  const row = id === fullAccess.id ? { ...fullAccess, organization: org.id, tags: {} } : await orgs.tables.policies.get(org.id, id ?? '')
  if (!row) throw new PolicyNotFoundException("You specified a policy that doesn't exist.")
  return row
}

/** The same, to be changed, which AWS's is not. */
export function ownPolicyIn(orgs: Orgs, org: OrganizationRow, id: string | undefined): Promise<PolicyRow> {
  if (id === fullAccess.id) throw invalidInput('IMMUTABLE_POLICY', 'You specified a policy that is managed by AWS and cannot be modified.')
  return policyIn(orgs, org, id)
}

export function checkContent(content: string): void {
  if (content.length > policyCharactersMax) {
    throw constraintViolation('POLICY_CONTENT_LIMIT_EXCEEDED', 'You have exceeded the maximum policy size.')
  }
  if (policyProblem(content, 'identity') !== undefined || JSON.parse(content).Version !== '2012-10-17') {
    throw new MalformedPolicyDocumentException('The provided policy document does not meet the requirements of the specified policy type.')
  }
}

export function checkEnabled(org: OrganizationRow): void {
  if (!org.policyTypes.includes(serviceControl)) {
    throw new PolicyTypeNotEnabledException('This operation can be performed only for enabled policy types.')
  }
}

export const policySummary = (org: OrganizationRow, { id, name, description }: Pick<PolicyRow, 'id' | 'name' | 'description'>) => ({
  Id: id, Arn: policyArn(org, id), Name: name, Description: description, Type: serviceControl as PolicyType, AwsManaged: id === fullAccess.id,
})

/** Attaches AWS's policy, which everything new has while the type is enabled. */
export async function attachFullAccess(orgs: Orgs, org: OrganizationRow, target: string): Promise<void> {
  if (org.policyTypes.includes(serviceControl)) await orgs.tables.attachments.put({ organization: org.id, target, policy: fullAccess.id })
}

/** Takes all policies from what leaves the organization. */
export async function detachAll(orgs: Orgs, org: OrganizationRow, target: string): Promise<void> {
  for (const { policy } of await orgs.tables.attachments.list({ prefix: [org.id, target] })) await orgs.tables.attachments.delete(org.id, target, policy)
}

export async function checkPolicyName(orgs: Orgs, org: OrganizationRow, { id, name }: Pick<PolicyRow, 'id' | 'name'>): Promise<void> {
  const policies = [fullAccess, ...await orgs.tables.policies.list({ prefix: [org.id] })]
  if (policies.some(policy => policy.name === name && policy.id !== id)) {
    throw new DuplicatePolicyException('A policy with the same name and type already exists.')
  }
}
