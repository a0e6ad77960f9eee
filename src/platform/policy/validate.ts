import { isConditionOperator } from './conditions.ts'

/** `identity`: of users, roles, groups and sessions; `trust`: of roles; `resource`: of queues, topics, buckets. */
export type PolicyKind = 'identity' | 'trust' | 'resource'

const elements: Record<'top' | 'statement', Set<string>> = {
  top: new Set(['Version', 'Id', 'Statement']),
  statement: new Set(['Sid', 'Effect', 'Action', 'NotAction', 'Resource', 'NotResource', 'Principal', 'NotPrincipal', 'Condition']),
}
const syntax = 'Syntax errors in policy.'

/** Why IAM refuses a policy document, in its words (MalformedPolicyDocument); undefined where it takes it. */
export function policyProblem(json: string, kind: PolicyKind): string | undefined {
  let document: any
  // IAM's parser refuses leading white space, which JSON allows.
  if (/^\s/.test(json)) return kind === 'trust' ? 'JSON strings must not have leading spaces' : syntax
  try {
    document = JSON.parse(json)
  } catch {
    return kind === 'trust' ? 'This policy contains invalid Json' : syntax
  }
  if (!isObject(document) || unknownElement(document, elements.top)) return syntax
  if (document.Version !== undefined && document.Version !== '2012-10-17' && document.Version !== '2008-10-17') return syntax
  if (document.Id !== undefined && typeof document.Id !== 'string') return syntax
  const statements: any[] = Array.isArray(document.Statement) ? document.Statement : [document.Statement]
  if (statements.length === 0 || !statements.every(isObject)) return syntax
  for (const statement of statements) {
    const problem = shapeProblem(statement)
    if (problem) return problem
  }
  const sids = statements.map(statement => statement.Sid).filter(Boolean)
  if (new Set(sids).size < sids.length) return 'Statement IDs (SID) in a single policy must be unique.'
  for (const statement of statements) {
    const problem = actionProblem(statement, kind) ?? principalProblem(statement, kind) ?? resourceProblem(statement, kind)
    if (problem) return problem
  }
  return undefined
}

const isObject = (value: unknown): value is Record<string, any> => typeof value === 'object' && value !== null && !Array.isArray(value)
const unknownElement = (value: object, known: Set<string>) => Object.keys(value).some(name => !known.has(name))
const isText = (value: unknown) => typeof value === 'string' || (Array.isArray(value) && value.every(item => typeof item === 'string'))
const textsOf = (value: unknown): string[] => value === undefined ? [] : Array.isArray(value) ? value : [value as string]

function shapeProblem(statement: Record<string, any>): string | undefined {
  if (unknownElement(statement, elements.statement)) return syntax
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') return syntax
  if (statement.Sid !== undefined && typeof statement.Sid !== 'string') return syntax
  for (const name of ['Action', 'NotAction', 'Resource', 'NotResource']) if (statement[name] !== undefined && !isText(statement[name])) return syntax
  for (const name of ['Action', 'Resource', 'Principal']) if (statement[name] !== undefined && statement[`Not${name}`] !== undefined) return syntax
  if (statement.Condition === undefined) return undefined
  if (!isObject(statement.Condition)) return syntax
  for (const [operator, keys] of Object.entries(statement.Condition)) {
    if (!isConditionOperator(operator) || !isObject(keys)) return syntax
    for (const values of Object.values(keys)) if (!textsOf(values).every(value => ['string', 'number', 'boolean'].includes(typeof value))) return syntax
  }
  return undefined
}

function actionProblem(statement: Record<string, any>, kind: PolicyKind): string | undefined {
  const actions = [...textsOf(statement.Action), ...textsOf(statement.NotAction)]
  if (actions.length === 0) return 'Policy statement must contain actions.'
  for (const action of actions) {
    if (action === '*') continue
    const colon = action.indexOf(':')
    if (colon < 0) return 'Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.'
    if (!/^[a-zA-Z0-9-]+$/.test(action.slice(0, colon))) return `Vendor ${action.slice(0, colon)} is not valid`
    if (!/^[a-zA-Z0-9*?]+$/.test(action.slice(colon + 1))) return 'Action/Condition must contain only alphanumeric characters, asterisks and question marks.'
  }
  return kind === 'trust' && actions.some(action => !/^(sts:|\*$)/i.test(action)) ? 'AssumeRole policy may only specify STS AssumeRole actions.' : undefined
}

function principalProblem(statement: Record<string, any>, kind: PolicyKind): string | undefined {
  const principal = statement.Principal ?? statement.NotPrincipal
  if (kind === 'identity') return principal === undefined ? undefined : 'Policy document should not specify a principal.'
  if (principal === undefined) return kind === 'trust' ? 'AssumeRole policy must specify a principal.' : 'Missing required field Principal'
  if (principal === '*') return undefined
  if (!isObject(principal) || Object.keys(principal).length === 0) return 'Invalid principal in policy.'
  for (const [type, names] of Object.entries(principal)) {
    if (!['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(type) || !isText(names)) {
      return `Invalid principal in policy: "${type}":"${textsOf(names)[0] ?? ''}"`
    }
    const wrong = textsOf(names).find(name => !isPrincipal(type, name))
    if (wrong !== undefined) return `Invalid principal in policy: "${type}":"${wrong}"`
  }
  return undefined
}

function isPrincipal(type: string, name: string): boolean {
  if (type === 'Service') return name === '*' || /^[a-z0-9.-]+\.(amazonaws\.com(\.cn)?|aws\.internal|amazon\.com)$/i.test(name)
  if (type !== 'AWS') return name.length > 0
  return name === '*' || /^\d{12}$/.test(name) || /^A(ID|RO|GP)A[A-Z0-9]+$/.test(name)
    || /^arn:[a-z-]+:(iam|sts)::\d{12}:(root|user\/|role\/|assumed-role\/|federated-user\/)/.test(name)
}

function resourceProblem(statement: Record<string, any>, kind: PolicyKind): string | undefined {
  const given = statement.Resource ?? statement.NotResource
  if (kind === 'trust') return given === undefined ? undefined : 'Has prohibited field Resource'
  const resources = textsOf(given)
  if (resources.length === 0) return kind === 'identity' ? 'Policy statement must contain resources.' : undefined
  for (const resource of resources) {
    if (/^\*+$/.test(resource) || resource.startsWith('${')) continue
    const parts = resource.split(':')
    if (parts[0] !== 'arn' && !/^[*?arn]*[*?][*?arn]*$/.test(parts[0]!)) return `Resource ${resource} must be in ARN format or "*".`
    if (parts[0] === 'arn' && parts.length < 6 && !resource.includes('*')) return 'The policy failed legacy parsing'
    if (parts[0] === 'arn' && !/^(aws[a-z-]*|[*?]+|\$\{.*\})$/.test(parts[1] ?? '')) {
      return `Partition "${parts[1]}" is not valid for resource "${resource}".`
    }
  }
  return undefined
}
