import { sub } from '../intrinsics.ts'
import { equal, isDict, iterated, keysOf, pyDict, pyStr, put, putDefault, textsFromTemplate, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { anyMethod, badDefinition, branches, mustBeDict, pathItem } from './editor.ts'
import { policyKey } from './swagger.ts'
import type { Swagger } from './swagger.ts'

/** A path with each `{parameter}` as a wildcard. */
export const pathPattern = (path: string): string => path.replace(/\{([a-zA-Z0-9._-]+|[a-zA-Z0-9._-]+\+|proxy\+)\}/g, '*')

function resourcesOf(editor: Swagger, path: string, stage: Value, stageFlag: 'v' | ''): Dict[] {
  const methods = branches(editor.paths[path]).flatMap(item => keysOf(pathItem(item, path)))
  return methods.map(name => {
    const method = name.toLowerCase() === anyMethod || name.toLowerCase() === 'any' ? '*' : name.toUpperCase()
    const variables: Dict = {}
    put(variables, '__Stage__', stage, stageFlag)
    const resource = sub(`execute-api:/\${__Stage__}/${method}${pathPattern(path)}`, variables)
    textsFromTemplate(resource['Fn::Sub'])
    return resource
  })
}

const statement = (effect: string, resources: Dict[], principal: Value): Dict =>
  pyDict({ Effect: effect, Action: 'execute-api:Invoke', Resource: resources, Principal: principal })

function addStatements(editor: Swagger, statements: Dict[], always = false): void {
  put(editor.policy, 'Version', '2012-10-17')
  const before = editor.policy.Statement
  const list: Value[] = before === undefined || before === null ? [] : Array.isArray(before) ? before : [before]
  for (const each of statements) if (always || !list.some(other => equal(other, each))) list.push(each)
  put(editor.policy, 'Statement', list)
}

function addAccounts(editor: Swagger, accounts: Value, effect: string, resources: Dict[]): void {
  if (!truthy(accounts)) return
  if (!isDict(accounts) && !Array.isArray(accounts)) throw badDefinition(`Type of '${pyStr(accounts)}' must be a list or dictionary`)
  const made = statement(effect, resources, pyDict({ AWS: Array.isArray(accounts) ? accounts : [accounts] }))
  if (editor.policy.Statement === undefined || editor.policy.Statement === null) {
    put(editor.policy, 'Version', '2012-10-17')
    put(editor.policy, 'Statement', made)
  } else addStatements(editor, [made], true)
}

/** Everyone may call, but not under the condition. */
function addDenial(editor: Swagger, condition: Dict, resources: Dict[]): void {
  const deny = statement('Deny', resources, '*')
  put(deny, 'Condition', condition)
  addStatements(editor, [statement('Allow', resources, '*'), deny])
}

function addRanges(editor: Swagger, ranges: Value, operator: string, resources: Dict[]): void {
  if (!truthy(ranges)) return
  addDenial(editor, { [operator]: { 'aws:SourceIp': Array.isArray(ranges) ? ranges : textsFromTemplate([ranges]) } }, resources)
}

function addNetworks(editor: Swagger, auth: Dict, list: 'Whitelist' | 'Blacklist', operator: string, resources: Dict[]): void {
  const given = auth[`SourceVpc${list}`]
  const plain = given === undefined || given === null ? [] : iterated(given)
  if (!plain.every((each: Value) => typeof each === 'string')) {
    throw badDefinition(`SourceVpc${list} must be a list of strings. Use IntrinsicVpc${list} instead for values that use Intrinsic Functions`)
  }
  const condition = pyDict()
  const extend = (key: string, values: Value) => {
    const all = putDefault(condition, key, textsFromTemplate([]))
    all.push(...iterated(values))
  }
  const vpcs = plain.filter((each: string) => each.startsWith('vpc-'))
  const endpoints = plain.filter((each: string) => each.startsWith('vpce-'))
  if (vpcs.length > 0) extend('aws:SourceVpc', vpcs)
  if (endpoints.length > 0) extend('aws:SourceVpce', endpoints)
  const moreVpcs = auth[`IntrinsicVpc${list}`]
  const moreEndpoints = auth[`IntrinsicVpce${list}`]
  if (moreVpcs !== undefined && moreVpcs !== null) extend('aws:SourceVpc', moreVpcs)
  if (moreEndpoints !== undefined && moreEndpoints !== null) extend('aws:SourceVpce', moreEndpoints)
  if (truthy(condition['aws:SourceVpc']) || truthy(condition['aws:SourceVpce'])) addDenial(editor, { [operator]: condition }, resources)
}

/** Adds a ResourcePolicy to the API's policy, for the methods that the path has. */
export function addResourcePolicy(editor: Swagger, policy: Dict, path: string, stage: Value, stageFlag: 'v' | ''): void {
  mustBeDict(policy, 'Resource Policy is not a valid dictionary.')
  const resources = () => resourcesOf(editor, path, stage, stageFlag)
  addAccounts(editor, policy.AwsAccountWhitelist, 'Allow', resources())
  addAccounts(editor, policy.AwsAccountBlacklist, 'Deny', resources())
  addRanges(editor, policy.IpRangeWhitelist, 'NotIpAddress', resources())
  addRanges(editor, policy.IpRangeBlacklist, 'IpAddress', resources())
  addNetworks(editor, policy, 'Blacklist', 'StringEquals', resources())
  addNetworks(editor, policy, 'Whitelist', 'StringNotEquals', resources())
  put(editor.document, policyKey, editor.policy)
}

export function addCustomStatements(editor: Swagger, statements: Value): void {
  if (editor.policy.Statement === undefined || editor.policy.Statement === null) {
    put(editor.policy, 'Version', '2012-10-17')
    put(editor.policy, 'Statement', statements)
  } else addStatements(editor, Array.isArray(statements) ? statements : [statements])
  put(editor.document, policyKey, editor.policy)
}
