import { compileCondition, listOf, type Condition } from './conditions.ts'
import type { Context } from './context.ts'
import { compilePattern, type Pattern } from './pattern.ts'
import { compilePrincipals, type Principals } from './principals.ts'

/** A policy ready to be asked. Immutable; shared by every request. */
export interface Policy {
  /** Name of an inline policy, or of a managed one. */
  name: string
  arn: string | undefined
  statements: Statement[]
}

export interface Statement {
  policy: Policy
  sid: string | undefined
  index: number
  effect: 'Allow' | 'Deny'
  action: (action: string) => boolean
  resource: (resource: string, context: Context) => boolean
  principals: Principals | undefined
  condition: Condition | undefined
}

const cacheMax = 4000
const cache = new Map<string, Policy>()

/**
 * Compiles a policy document that was accepted before (see validate.ts), from its JSON. The most recent are kept, so a policy that
 * is asked for at each request is compiled once.
 */
export function compilePolicy(json: string, identity: { name?: string, arn?: string } = {}): Policy {
  const name = identity.arn ?? identity.name
  const key = name === undefined ? json : `${name}\n${json}`
  const known = cache.get(key)
  if (known) return known
  const policy = compileDocument(JSON.parse(json), identity)
  if (cache.size >= cacheMax) cache.delete(cache.keys().next().value!)
  cache.set(key, policy)
  return policy
}

function compileDocument(document: any, identity: { name?: string, arn?: string }): Policy {
  const policy: Policy = { name: identity.name ?? '', arn: identity.arn, statements: [] }
  const variables = document.Version === '2012-10-17'
  const statements: any[] = Array.isArray(document.Statement) ? document.Statement : [document.Statement]
  statements.forEach((statement, index) => {
    policy.statements.push({
      policy,
      sid: statement.Sid || undefined,
      index,
      effect: statement.Effect,
      action: statement.NotAction === undefined ? actionTest(statement.Action) : not(actionTest(statement.NotAction)),
      resource: resourceTest(statement, variables),
      principals: compilePrincipals(statement),
      condition: statement.Condition && Object.keys(statement.Condition).length > 0 ? compileCondition(statement.Condition, variables) : undefined,
    })
  })
  return policy
}

const noKeys: Context = { get: () => undefined }

/** Actions are compared without regard to case. */
function actionTest(value: unknown): (action: string) => boolean {
  const exact = new Set<string>()
  const patterns: Pattern[] = []
  for (const action of listOf(value ?? [])) {
    if (action === '*') return () => true
    if (/[*?]/.test(action)) patterns.push(compilePattern(action.toLowerCase(), { variables: false }))
    else exact.add(action.toLowerCase())
  }
  return action => {
    const name = action.toLowerCase()
    return exact.has(name) || patterns.some(pattern => pattern.matches(name, noKeys))
  }
}

function resourceTest(statement: any, variables: boolean): Statement['resource'] {
  // Trust policies have no Resource: they are about the role they belong to.
  if (statement.Resource === undefined && statement.NotResource === undefined) return () => true
  const patterns: Pattern[] = listOf(statement.Resource ?? statement.NotResource).map(value => compilePattern(value, { variables }))
  const matches: Statement['resource'] = (resource, context) => patterns.some(pattern => pattern.matches(resource, context))
  return statement.Resource === undefined ? (resource, context) => !matches(resource, context) : matches
}

function not(test: (action: string) => boolean) {
  return (action: string) => !test(action)
}
