import { CallError, UserError, type Client } from './client.ts'

export interface FunctionFound {
  /** What Lambda calls it, with a qualifier where one was given. */
  name: string
  logGroup: string
}

/**
 * The function that a user means: by its name or ARN (with `:QUALIFIER`, if they like), or by its logical id in the template of a stack,
 * alone (`GetItems`) or with the stack (`items/GetItems`). Throws UserError where there is none, or more than one.
 */
export async function findFunction(client: Client, given: string): Promise<FunctionFound> {
  const known = await describe(client, given)
  if (known) return known
  const [, stackName, id, qualifier] = /^(?:([^/:]+)\/)?([^/:]+)(?::([^/:]+))?$/.exec(given) ?? []
  const found = id === undefined ? [] : await functionsOfStacks(client, stackName, id)
  if (found.length > 1) {
    const choices = found.map(one => `  ${one.stack}/${id}  (${one.name})`).join('\n')
    throw new UserError(`${given} is a function of ${found.length} stacks. Name one of them:\n${choices}`)
  }
  const only = found[0] && await describe(client, qualifier === undefined ? found[0].name : `${found[0].name}:${qualifier}`)
  if (only) return only
  throw new UserError(`There is no function ${given}, by its name or by its logical id in a stack.${await others(client)}`)
}

async function describe(client: Client, name: string): Promise<FunctionFound | undefined> {
  try {
    const { FunctionName, LoggingConfig } = await client.call('lambda', 'GetFunctionConfiguration', { FunctionName: name })
    return { name, logGroup: LoggingConfig?.LogGroup ?? `/aws/lambda/${FunctionName}` }
  } catch (error) {
    // `STACK/FUNCTION` is no name that Lambda accepts.
    if (error instanceof CallError && /^(ResourceNotFoundException|ValidationException|InvalidParameterValueException)$/.test(error.code)) return undefined
    throw error
  }
}

async function functionsOfStacks(client: Client, stackName: string | undefined, id: string): Promise<{ stack: string, name: string }[]> {
  const found: { stack: string, name: string }[] = []
  for (const stack of await stacks(client)) {
    if (stackName !== undefined && stack !== stackName) continue
    const { StackResources } = await client.call('cloudformation', 'DescribeStackResources', { StackName: stack })
    for (const resource of StackResources) {
      if (resource.LogicalResourceId === id && resource.ResourceType === 'AWS::Lambda::Function' && resource.PhysicalResourceId) {
        found.push({ stack, name: resource.PhysicalResourceId })
      }
    }
  }
  return found
}

async function stacks(client: Client): Promise<string[]> {
  const names: string[] = []
  let NextToken: string | undefined
  do {
    const page: any = await client.call('cloudformation', 'DescribeStacks', { ...NextToken && { NextToken } })
    names.push(...page.Stacks.map((stack: any) => stack.StackName))
    NextToken = page.NextToken
  } while (NextToken)
  return names
}

const namedMax = 10

/** A sentence with the functions that there are. */
async function others(client: Client): Promise<string> {
  const { Functions } = await client.call('lambda', 'ListFunctions', {})
  if (Functions.length === 0) return ' There are no functions yet: `fogbank deploy TEMPLATE` makes some.'
  const names = Functions.slice(0, namedMax).map((one: any) => one.FunctionName).join(', ')
  return ` There are: ${names}${Functions.length > namedMax ? ', …' : ''}.`
}
