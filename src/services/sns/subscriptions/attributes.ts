import { parseArn } from '../../../platform/arns.ts'
import { checkDeliveryPolicy } from '../delivery/policies.ts'
import { invalid, type Protocol, type TopicRow } from '../state.ts'
import { filterPolicyProblem } from './filter.ts'

interface Subscribed { protocol: Protocol, topic: TopicRow, endpoint: string, attributes: Record<string, string> }
type Check = (value: string, subscribed: Subscribed) => string | undefined

/** What may be set of a subscription, and what is wrong with a value. */
const checks: Record<string, Check> = {
  FilterPolicy: (value, { attributes }) => filterPolicyProblem(value, attributes.FilterPolicyScope ?? 'MessageAttributes'),
  FilterPolicyScope: value => value === 'MessageAttributes' || value === 'MessageBody' ? undefined
    : `FilterPolicyScope: Invalid value [${value}]. Please use either MessageBody or MessageAttributes`,
  RawMessageDelivery(value, { protocol }) {
    if (!/^(?:true|false)$/i.test(value)) return `RawMessageDelivery: Invalid value [${value}]. Must be true or false.`
    return protocol === 'lambda' && value.toLowerCase() === 'true'
      ? 'RawMessageDelivery: Delivery protocol [lambda] does not support raw message delivery.' : undefined
  },
  DeliveryPolicy(value, { protocol }) {
    if (protocol !== 'http' && protocol !== 'https') return `DeliveryPolicy: protocol ${protocol} does not support a delivery policy`
    return checkDeliveryPolicy(value)
  },
  RedrivePolicy: redriveProblem,
}

function redriveProblem(value: string, { topic, endpoint, protocol }: Subscribed): string | undefined {
  let target: unknown
  try {
    target = JSON.parse(value)?.deadLetterTargetArn
  } catch {
    return 'RedrivePolicy: failed to parse JSON.'
  }
  const queue = typeof target === 'string' ? parseArn(target) : undefined
  if (!queue || queue.service !== 'sqs') return 'RedrivePolicy: deadLetterTargetArn is an invalid arn'
  const account = parseArn(topic.arn)!
  if (queue.region !== account.region) return 'RedrivePolicy: deadLetterTargetArn must be in the region of the topic'
  const needsFifo = topic.fifo && protocol === 'sqs' && endpoint.endsWith('.fifo')
  if (needsFifo && !queue.resource.endsWith('.fifo')) {
    return 'RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.'
  }
  if (!needsFifo && queue.resource.endsWith('.fifo')) return 'RedrivePolicy: must use a standard queue as DLQ.'
  return undefined
}

/** The attributes of a subscription after a request; an empty value takes one away. `prefix`: how the request's errors begin. */
export function changed(subscribed: Subscribed, given: Record<string, string>, prefix = ''): Record<string, string> {
  const attributes = { ...subscribed.attributes, ...given }
  for (const name of Object.keys(given)) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined
    if (!check) {
      throw invalid(name === 'SubscriptionRoleArn' || name === 'ReplayPolicy' ? `${prefix}${name}: not supported by Fogbank` : `${prefix}AttributeName`)
    }
  }
  // A scope bears on the policy that is there already as well.
  const toCheck = 'FilterPolicyScope' in given && attributes.FilterPolicy ? { ...given, FilterPolicy: attributes.FilterPolicy } : given
  for (const [name, value] of Object.entries(toCheck)) {
    if (value === '') continue
    const problem = checks[name]!(value, { ...subscribed, attributes })
    if (problem !== undefined) throw invalid(`${prefix}${problem}`)
  }
  const kept = Object.entries(attributes).filter(([, value]) => value !== '')
  const normal = Object.fromEntries(kept.map(([name, value]) => [name, name === 'RawMessageDelivery' ? value.toLowerCase() : value]))
  return normal.FilterPolicy === undefined ? normal : { ...normal, FilterPolicyScope: normal.FilterPolicyScope ?? 'MessageAttributes' }
}
