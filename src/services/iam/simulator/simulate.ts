import { accountOfArn } from '../../../platform/arns.ts'
import { compilePolicy, type Policy, type Statement } from '../../../platform/policy/compile.ts'
import { evaluate, matchOf, type Decision, type PolicyRequest, type PolicyStack } from '../../../platform/policy/evaluate.ts'
import type { Principal } from '../../../contracts/principal.ts'
import { contextKeysByStatement, distinctKeys } from './context-keys.ts'
import { statementExtents, type Extent } from './positions.ts'
import type { SourcePolicy } from './sources.ts'

/** What a simulation is about. */
export interface Simulation {
  principal: Principal
  /** Of the caller; undefined: of whichever account the resource is. */
  account: string | undefined
  policies: SourcePolicy[]
  boundary: SourcePolicy | undefined
  resourcePolicy: string | undefined
  resourceOwner: string | undefined
  context: ReadonlyMap<string, string | string[]>
}

export type Verdict = 'allowed' | 'explicitDeny' | 'implicitDeny'

export interface Outcome {
  verdict: Verdict
  matched: ({ SourcePolicyId: string, SourcePolicyType: 'IAM Policy' } & Extent)[]
  missing: string[]
  allowedByBoundary: boolean | undefined
  /** Of a simulation across accounts: what each kind of policy says. */
  details: Record<string, Verdict>
}

const resourcePolicyId = 'ResourcePolicy'

/** Readies a simulation: answers what the policies say of an action on a resource. */
export function simulator(simulation: Simulation): (action: string, resource: string) => Outcome {
  const { policies, boundary, resourcePolicy } = simulation
  const sources = [...policies, ...boundary ? [boundary] : [], ...resourcePolicy === undefined ? [] : [{ id: resourcePolicyId, document: resourcePolicy }]]
  const ready = sources.map(({ id, document }) => compilePolicy(document, { name: id }))
  const extents = new Map(ready.map((policy, index) => [policy, statementExtents(sources[index]!.document)]))
  const stack: PolicyStack = {
    identity: ready.slice(0, policies.length), ...boundary && { boundary: ready[policies.length]! },
    ...resourcePolicy !== undefined && { resource: ready.at(-1)! },
  }
  const keys = new Map(ready.map((policy, index) => [policy, contextKeysByStatement(sources[index]!.document)]))
  return (action, resource) => {
    const request = requestOf(simulation, action, resource)
    const spoken = ready.flatMap(policy => policy.statements.filter(statement => statement.action(action)).flatMap(({ index }) => keys.get(policy)![index]!))
    const decision = evaluate(request, stack)
    const verdict = verdictOf(decision)
    return {
      verdict, missing: distinctKeys(spoken.filter(key => !simulation.context.has(key.toLowerCase()))),
      allowedByBoundary: stack.boundary && passes(request, [stack.boundary]),
      matched: deciding(request, stack, verdict)
        .map(({ policy, index }) => ({ SourcePolicyId: policy.name, SourcePolicyType: 'IAM Policy', ...extents.get(policy)![index]! })),
      details: detailsOf(request, stack),
    }
  }
}

function detailsOf(request: PolicyRequest, { identity = [], resource }: PolicyStack): Record<string, Verdict> {
  if (request.principal.account === request.resourceAccount) return {}
  return { 'IAM Policy': verdictAmong(request, identity), 'Resource Policy': verdictAmong(request, resource ? [resource] : []) }
}

function requestOf(simulation: Simulation, action: string, resource: string): PolicyRequest {
  const { principal, account, resourceOwner, context } = simulation
  const resourceAccount = accountOfArn(resource) ?? resourceOwner ?? account ?? ''
  return { principal: account === undefined ? { ...principal, account: resourceAccount } : principal, action, resource, resourceAccount, context }
}

const verdictOf = (decision: Decision): Verdict => decision.allowed ? 'allowed' : decision.explicit ? 'explicitDeny' : 'implicitDeny'

/** The statements that decide: every one that denies, or every one of the identity's and the resource's policies that allows. */
function deciding(request: PolicyRequest, stack: PolicyStack, verdict: Verdict): Statement[] {
  if (verdict === 'implicitDeny') return []
  const denies = verdict === 'explicitDeny'
  const asked = [...stack.identity ?? [], ...denies && stack.boundary ? [stack.boundary] : [], ...stack.resource ? [stack.resource] : []]
  return statementsOf(request, asked, denies ? 'Deny' : 'Allow')
}

const statementsOf = (request: PolicyRequest, policies: Policy[], effect: 'Allow' | 'Deny'): Statement[] =>
  policies.flatMap(policy => policy.statements).filter(statement => statement.effect === effect && matchOf(request, statement) !== undefined)

function verdictAmong(request: PolicyRequest, policies: Policy[]): Verdict {
  if (statementsOf(request, policies, 'Deny').length > 0) return 'explicitDeny'
  return statementsOf(request, policies, 'Allow').length > 0 ? 'allowed' : 'implicitDeny'
}

const passes = (request: PolicyRequest, policies: Policy[]): boolean => verdictAmong(request, policies) === 'allowed'
