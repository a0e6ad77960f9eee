import { compileEventPattern, EventPatternError, type EventMatcher } from '../../../platform/event-pattern.ts'
import type { Message, Sns, SubscriptionRow } from '../state.ts'

const keysMax = 5
const combinationsMax = 150
const policyBytesMax = 262_144
const compiledMax = 10_000

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Why a filter policy cannot be, in words that follow `Invalid parameter: `; undefined where it can. An empty object lets everything through. */
export function filterPolicyProblem(text: string, scope: string): string | undefined {
  const wrong = (reason: string) => `FilterPolicy: ${reason}`
  if (Buffer.byteLength(text) > policyBytesMax) return wrong('Filter policy is too long')
  let policy: unknown
  try {
    policy = JSON.parse(text)
  } catch {
    return wrong('failed to parse JSON.')
  }
  if (!isObject(policy)) return wrong('Filter policy must be a JSON object')
  if (Object.keys(policy).length === 0) return undefined
  if (scope === 'MessageAttributes' && Object.entries(policy).some(([name, value]) => isObject(value) && name !== '$or')) {
    return wrong('Filter policy scope MessageAttributes does not support nested filter policy')
  }
  if (keysOf(policy) > keysMax) return wrong(`Filter policy can not have more than ${keysMax} keys`)
  if (combinationsOf(policy, 1) > combinationsMax) return wrong('Filter policy is too complex')
  try {
    compileEventPattern(text)
  } catch (error) {
    if (error instanceof EventPatternError) return wrong(error.message)
    throw error
  }
  return undefined
}

/** The names that the policy asks for, those inside of `$or` as well. */
function keysOf(policy: Record<string, unknown>): number {
  return Object.entries(policy).reduce((sum, [name, value]) => name === '$or' && Array.isArray(value)
    ? sum + value.reduce((inner: number, each) => inner + (isObject(each) ? keysOf(each) : 0), 0) : sum + 1, 0)
}

/** As AWS reckons the complexity: the numbers of values of all names multiplied, each by the depth at which it is. */
function combinationsOf(policy: Record<string, unknown>, depth: number): number {
  return Object.entries(policy).reduce((product, [name, value]) => {
    if (name === '$or' && Array.isArray(value)) {
      return product * value.reduce((sum: number, each) => sum + (isObject(each) ? combinationsOf(each, depth) : 0), 0)
    }
    if (isObject(value)) return product * combinationsOf(value, depth + 1)
    return product * (Array.isArray(value) ? Math.max(1, value.length) * depth : 1)
  }, 1)
}

export type Filtered = 'passes' | 'FilteredOut' | 'NoMessageAttributes' | 'InvalidAttributes' | 'MessageBody' | 'InvalidMessageBody'

/** Whether a message passes the subscription's filter policy; otherwise for which reason it does not, as the metrics name it. */
export function filtered(sns: Sns, { attributes, protocol }: SubscriptionRow, message: Message): Filtered {
  const { FilterPolicy: policy, FilterPolicyScope: scope } = attributes
  if (policy === undefined) return 'passes'
  const matches = matcherOf(sns, policy)
  if (!matches) return 'passes'
  if (scope === 'MessageBody') {
    const body = jsonOf(message.messages?.[protocol] ?? message.body)
    if (!isObject(body)) return 'InvalidMessageBody'
    return matches(body) ? 'passes' : 'MessageBody'
  }
  const values = valuesOf(message)
  if (values === undefined) return 'InvalidAttributes'
  if (matches(values)) return 'passes'
  return Object.keys(message.attributes ?? {}).length === 0 ? 'NoMessageAttributes' : 'FilteredOut'
}

function matcherOf({ state }: Sns, policy: string): EventMatcher | undefined {
  if (policy.trim() === '{}') return undefined
  let matcher = state.filters.get(policy)
  if (!matcher) {
    if (state.filters.size >= compiledMax) state.filters.clear()
    matcher = Object.keys(JSON.parse(policy)).length === 0 ? () => true : compileEventPattern(policy)
    state.filters.set(policy, matcher)
  }
  return matcher
}

/** The attributes as a policy sees them; undefined where an array is none. Binary ones cannot be filtered by. */
function valuesOf({ attributes = {} }: Message): Record<string, unknown> | undefined {
  const values: Record<string, unknown> = {}
  for (const [name, { DataType, StringValue = '' }] of Object.entries(attributes)) {
    if (DataType.startsWith('Binary')) continue
    if (DataType === 'String.Array') {
      const list = jsonOf(StringValue)
      if (!Array.isArray(list)) return undefined
      values[name] = list
    } else {
      values[name] = DataType.startsWith('Number') ? Number(StringValue) : StringValue
    }
  }
  return values
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
