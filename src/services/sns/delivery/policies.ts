/** How deliveries are tried again (docs.aws.amazon.com/sns, "Message delivery retries"); delays in seconds. */
export interface RetryPolicy {
  minDelayTarget: number
  maxDelayTarget: number
  numRetries: number
  numNoDelayRetries: number
  numMinDelayRetries: number
  numMaxDelayRetries: number
  backoffFunction: 'arithmetic' | 'exponential' | 'geometric' | 'linear'
}

export interface DeliveryPolicy {
  healthyRetryPolicy: RetryPolicy
  throttlePolicy?: { maxReceivesPerSecond?: number }
  requestPolicy?: { headerContentType?: string }
}

const httpDefault: RetryPolicy = {
  minDelayTarget: 20, maxDelayTarget: 20, numRetries: 3, numMaxDelayRetries: 0, numNoDelayRetries: 0, numMinDelayRetries: 0, backoffFunction: 'linear',
}

/** Of queues and functions: 100,015 retries over 23 days. */
export const managedRetryPolicy: RetryPolicy = {
  minDelayTarget: 1, maxDelayTarget: 20, numRetries: 100_015, numNoDelayRetries: 3, numMinDelayRetries: 2, numMaxDelayRetries: 100_000,
  backoffFunction: 'exponential',
}

/** Milliseconds to wait after so many failures; undefined where the delivery is given up. */
export function retryDelayMs(policy: RetryPolicy, failures: number): number | undefined {
  const { minDelayTarget: min, maxDelayTarget: max, numRetries, numNoDelayRetries, numMinDelayRetries, numMaxDelayRetries } = policy
  if (failures > numRetries) return undefined
  if (failures <= numNoDelayRetries) return 0
  if (failures <= numNoDelayRetries + numMinDelayRetries) return min * 1000
  if (failures > numRetries - numMaxDelayRetries) return max * 1000
  const steps = numRetries - numNoDelayRetries - numMinDelayRetries - numMaxDelayRetries
  return Math.round(backOff(policy, failures - numNoDelayRetries - numMinDelayRetries, steps) * 1000)
}

/** From the least delay in the first step to the greatest in the last. */
function backOff({ minDelayTarget: min, maxDelayTarget: max, backoffFunction }: RetryPolicy, step: number, steps: number): number {
  if (steps <= 1) return min
  const part = (step - 1) / (steps - 1)
  switch (backoffFunction) {
    case 'linear': return min + (max - min) * part
    case 'arithmetic': return min + (max - min) * (step - 1) * step / ((steps - 1) * steps)
    case 'geometric': return min * (max / min) ** part
    case 'exponential': return min + (max - min) * (2 ** (step - 1) - 1) / (2 ** (steps - 1) - 1)
  }
}

interface TopicPolicy {
  http: {
    defaultHealthyRetryPolicy: RetryPolicy, disableSubscriptionOverrides: boolean, defaultRequestPolicy?: DeliveryPolicy['requestPolicy'],
    defaultThrottlePolicy?: DeliveryPolicy['throttlePolicy'],
  }
}

/** The policy of a topic with its defaults filled in. */
export function effectiveTopicPolicy(text: string | undefined): TopicPolicy {
  const given = text ? JSON.parse(text).http ?? {} : {}
  return {
    http: {
      defaultHealthyRetryPolicy: { ...httpDefault, ...given.defaultHealthyRetryPolicy },
      disableSubscriptionOverrides: given.disableSubscriptionOverrides ?? false,
      defaultRequestPolicy: { headerContentType: 'text/plain; charset=UTF-8', ...given.defaultRequestPolicy },
      ...given.defaultThrottlePolicy && { defaultThrottlePolicy: given.defaultThrottlePolicy },
    },
  }
}

/** The policy by which an HTTP endpoint is served: the subscription's, where the topic lets it have one. */
export function effectivePolicy(topic: string | undefined, subscription: string | undefined): DeliveryPolicy {
  const { http } = effectiveTopicPolicy(topic)
  const own = subscription && !http.disableSubscriptionOverrides ? JSON.parse(subscription) : {}
  const throttle = own.throttlePolicy ?? http.defaultThrottlePolicy
  return {
    healthyRetryPolicy: { ...http.defaultHealthyRetryPolicy, ...own.healthyRetryPolicy },
    ...throttle && { throttlePolicy: throttle }, requestPolicy: { ...http.defaultRequestPolicy, ...own.requestPolicy },
  }
}

/** Why the topic's policy cannot be, in words that follow `Invalid parameter: `. */
export function checkTopicDeliveryPolicy(text: string): string | undefined {
  const policy = objectOf(text)
  if (!policy) return 'DeliveryPolicy: failed to parse JSON.'
  const foreign = Object.keys(policy).find(name => name !== 'http')
  if (foreign !== undefined) return `DeliveryPolicy: Unexpected JSON member: ${foreign}`
  const { defaultHealthyRetryPolicy, defaultThrottlePolicy, defaultRequestPolicy, disableSubscriptionOverrides, ...others } = policy.http ?? {}
  const unknown = Object.keys(others)[0]
  if (unknown !== undefined) return `DeliveryPolicy: Unexpected JSON member: ${unknown}`
  if (disableSubscriptionOverrides !== undefined && typeof disableSubscriptionOverrides !== 'boolean') {
    return 'DeliveryPolicy: http.disableSubscriptionOverrides must be a boolean'
  }
  return partsProblem('http.default', { healthyRetryPolicy: defaultHealthyRetryPolicy, throttlePolicy: defaultThrottlePolicy,
    requestPolicy: defaultRequestPolicy })
}

/** The same for a subscription's. */
export function checkDeliveryPolicy(text: string): string | undefined {
  const policy = objectOf(text)
  if (!policy) return 'DeliveryPolicy: failed to parse JSON.'
  const unknown = Object.keys(policy).find(name => !['healthyRetryPolicy', 'throttlePolicy', 'requestPolicy', 'guaranteed', 'sicklyRetryPolicy'].includes(name))
  if (unknown !== undefined) return `DeliveryPolicy: Unexpected JSON member: ${unknown}`
  return partsProblem('', policy)
}

function partsProblem(prefix: string, { healthyRetryPolicy, throttlePolicy, requestPolicy }: Record<string, any>): string | undefined {
  const name = (part: string) => prefix === '' ? part : prefix + part[0]!.toUpperCase() + part.slice(1)
  const retries = healthyRetryPolicy && retriesProblem(name('healthyRetryPolicy'), healthyRetryPolicy)
  if (retries) return retries
  const rate = throttlePolicy?.maxReceivesPerSecond
  if (rate !== undefined && rate !== null && !(Number.isInteger(rate) && rate >= 1)) {
    return `DeliveryPolicy: ${name('throttlePolicy')}.maxReceivesPerSecond must be greater than or equal to 1`
  }
  const type = requestPolicy?.headerContentType
  if (type !== undefined && (typeof type !== 'string' || !/^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(?:\s*;\s*[\w-]+=[\w."-]+)*$/.test(type))) {
    return `DeliveryPolicy: ${name('requestPolicy')}.headerContentType is invalid`
  }
  return undefined
}

const retrySecondsMax = 3600

function retriesProblem(name: string, given: Record<string, unknown>): string | undefined {
  const policy = { ...httpDefault, ...given }
  const wrong = (member: string, words: string) => `DeliveryPolicy: ${name}.${member} ${words}`
  for (const [member, value] of Object.entries(policy)) {
    if (member === 'backoffFunction') continue
    if (!(member in httpDefault)) return `DeliveryPolicy: Unexpected JSON member: ${name}.${member}`
    if (!Number.isInteger(value) || (value as number) < 0) return wrong(member, 'must be greater than or equal to 0')
  }
  if (!['arithmetic', 'exponential', 'geometric', 'linear'].includes(policy.backoffFunction)) return wrong('backoffFunction', 'is invalid')
  if (policy.minDelayTarget < 1) return wrong('minDelayTarget', 'must be greater than or equal to 1')
  if (policy.maxDelayTarget > retrySecondsMax) return wrong('maxDelayTarget', `must be less than or equal to ${retrySecondsMax}`)
  if (policy.minDelayTarget > policy.maxDelayTarget) return wrong('maxDelayTarget', 'must be greater than or equal to minDelayTarget')
  if (policy.numRetries > 100) return wrong('numRetries', 'must be less than or equal to 100')
  if (policy.numNoDelayRetries + policy.numMinDelayRetries + policy.numMaxDelayRetries > policy.numRetries) {
    return wrong('numRetries', 'must be greater than or equal to the sum of numNoDelayRetries, numMinDelayRetries and numMaxDelayRetries')
  }
  let seconds = 0
  for (let failures = 1; failures <= policy.numRetries; failures++) seconds += retryDelayMs(policy, failures)! / 1000
  return seconds > retrySecondsMax ? `DeliveryPolicy: ${name}: total delay of retries must be at most ${retrySecondsMax} seconds` : undefined
}

function objectOf(text: string): Record<string, any> | undefined {
  try {
    const value = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
