import { rootOf } from '../../../platform/root.ts'
import type { Operation } from '../../../platform/service.ts'
import { allPages } from '../../../platform/standing.ts'
import type { CloudFormation } from '../state.ts'
import { ValidationError } from '../template/template.ts'
import { memberService } from './service-managed.ts'
import { InvalidOperationException, stackSetAt, StackSetNotFoundException } from './stackset.ts'

interface Called { CallAs?: string | undefined, StackSetName?: string | undefined }

/** An operation that a delegated administrator of the organization may call as well: it then works on the sets of the management account. */
export function delegable<I extends Called, O>(operation: Operation<CloudFormation, I, O>): Operation<CloudFormation, I, O> {
  const called = async (cfn: CloudFormation, input: I) => operation(await placeOf(cfn, input), input)
  return Object.assign(called, operation.longRunning && { longRunning: true })
}

/** Where the sets of a call are: with the management account for its delegated administrators, who see the service-managed ones alone. */
export async function placeOf(cfn: CloudFormation, { CallAs, StackSetName }: Called): Promise<CloudFormation> {
  if (CallAs !== 'DELEGATED_ADMIN') return cfn
  const management = await managementAccount(cfn)
  if (management === undefined) {
    const refused = cfn.operation === 'DescribeOrganizationsAccess' ? InvalidOperationException : ValidationError
    throw new refused('Account used is not a delegated administrator')
  }
  const place = cfn.in({ account: management }) as CloudFormation
  const set = StackSetName === undefined ? undefined : await stackSetAt(place, StackSetName)
  if (set?.permissionModel === 'SELF_MANAGED' && cfn.operation !== 'CreateStackSet') throw new StackSetNotFoundException(`StackSet ${StackSetName} not found`)
  return place
}

/** Who manages the organization in which the caller's account administers stack sets; undefined where it does not, or the caller may not know. */
async function managementAccount(cfn: CloudFormation): Promise<string | undefined> {
  const { organizations } = cfn.aws
  const administrators = await allPages(async NextToken => {
    const page = await organizations.ListDelegatedAdministrators({ ServicePrincipal: memberService, ...NextToken !== undefined && { NextToken } })
    return { items: page.DelegatedAdministrators, next: page.NextToken }
  }).catch(() => [])
  if (!administrators.some(({ Id }) => Id === cfn.account)) return undefined
  return (await cfn.as({ principal: rootOf(cfn.account, cfn.partition) }).organizations.DescribeOrganization({})).Organization!.MasterAccountId
}
