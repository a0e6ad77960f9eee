import { policyProblem } from '../../../platform/policy/validate.ts'

/** Why a resource policy is refused; undefined where it is taken. */
export function problemOf(policy: string): string | undefined {
  const problem = policyProblem(policy, 'resource')
  if (problem) return problem
  return statementsOf(policy).some(({ Resource, NotResource }) => Resource === undefined && NotResource === undefined)
    ? 'Policy statement must contain resources.'
    : undefined
}

/** Whether a policy lets everybody in: an Allow for any principal that no condition narrows. */
export const isPublic = (policy: string): boolean => statementsOf(policy).some(({ Effect, Principal, NotPrincipal, Condition }) =>
  Effect === 'Allow' && (NotPrincipal !== undefined || isEverybody(Principal)) && !narrows(Condition))

const isEverybody = (principal: any): boolean => principal === '*' || [principal?.AWS].flat().includes('*')

/** Keys whose fixed values say whose call it must be. */
const narrowing = new Set([
  'aws:sourceaccount', 'aws:sourcearn', 'aws:sourceorgid', 'aws:principalaccount', 'aws:principalarn', 'aws:principalorgid', 'aws:principalorgpaths',
  'aws:userid', 'aws:sourcevpc', 'aws:sourcevpce', 'kms:calleraccount',
])

function narrows(condition: Record<string, Record<string, unknown>> | undefined): boolean {
  return Object.entries(condition ?? {}).some(([operator, keys]) => !/Not|Null/.test(operator) && Object.entries(keys)
    .some(([key, value]) => narrowing.has(key.toLowerCase()) && [value].flat().every(one => !String(one).includes('*'))))
}

function statementsOf(policy: string): any[] {
  const { Statement } = JSON.parse(policy)
  return [Statement].flat()
}
