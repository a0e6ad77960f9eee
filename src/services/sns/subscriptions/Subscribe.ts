import { parseArn } from '../../../platform/arns.ts'
import { newHex } from '../../../platform/ids.ts'
import {
  AuthorizationErrorException, FilterPolicyLimitExceededException, filterPoliciesPerTopicMax, invalid, pendingMs, type Input, type Output, type Protocol,
  type Sns, type SubscriptionRow, type TopicRow,
} from '../state.ts'
import { topicAt } from '../topics/topic.ts'
import { changed } from './attributes.ts'

const elsewhere = new Set(['email', 'email-json', 'sms', 'application', 'firehose'])
const prefix = 'Attributes Reason: '

/**
 * Subscribes an endpoint to a topic, or answers the subscription that is there. A queue or function of the caller's account is confirmed at
 * once; an HTTP endpoint, and another account's queue, is sent a token first. Errors: InvalidParameter, NotFound, AuthorizationError,
 * FilterPolicyLimitExceeded.
 */
export async function Subscribe(sns: Sns, input: Input<'Subscribe'>): Promise<Output<'Subscribe'>> {
  const { at, topic } = await topicAt(sns, input.TopicArn)
  const protocol = input.Protocol as Protocol
  const endpoint = input.Endpoint ?? ''
  checkEndpoint(input.Protocol!, endpoint, topic)
  const attributes = changed({ protocol, topic, endpoint, attributes: {} }, textsOf(input.Attributes), prefix)
  const known = await at.tables.endpoints.get(topic.name, protocol, endpoint)
  const existing = known && await at.tables.subscriptions.get(topic.name, known.id)
  if (existing) return again(sns, at, existing, attributes, input)
  const owner = parseArn(endpoint)?.account
  if (protocol === 'lambda' && owner !== sns.account) {
    throw new AuthorizationErrorException(`The account ${sns.account} is not the owner of the lambda function ${endpoint}`)
  }
  if (attributes.FilterPolicy !== undefined) await checkFilterPolicies(at, topic)
  const id = sns.newId()
  const isPending = owner !== sns.account
  const subscription: SubscriptionRow = {
    topic: topic.name, topicArn: topic.arn, id, arn: `${topic.arn}:${id}`, owner: sns.account, principal: sns.principal.roleArn ?? sns.principal.arn,
    protocol, endpoint, attributes, authenticated: !isPending, createdAt: sns.now(), ...isPending && { token: newHex(160) },
  }
  await at.tables.subscriptions.put(subscription)
  await at.tables.endpoints.put({ topic: topic.name, protocol, endpoint, id })
  await at.in({ account: sns.account }).tables.owned.put({ topicArn: topic.arn, id })
  if (isPending) askToConfirm(at, subscription)
  return answer(subscription, input)
}

const answer = ({ arn, token }: SubscriptionRow, { ReturnSubscriptionArn }: Input<'Subscribe'>): Output<'Subscribe'> =>
  ({ SubscriptionArn: token === undefined || ReturnSubscriptionArn ? arn : 'pending confirmation' })

const textsOf = (attributes: Record<string, unknown> | undefined): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes ?? {}).map(([name, value]) => [name, String(value)]))

/** Sends the token to the endpoint, and forgets the subscription where nothing comes of it. */
function askToConfirm(at: Sns, { topic, id }: SubscriptionRow): void {
  at.enqueue('confirm', { topic, id })
  at.enqueue('forgetPending', { topic, id }, { at: at.now() + pendingMs, id: `${topic}:${id}` })
}

/** Subscribing again is no error where the attributes are the same; it sends the token of a pending one once more. */
async function again(
  sns: Sns, at: Sns, existing: SubscriptionRow, attributes: Record<string, string>, input: Input<'Subscribe'>,
): Promise<Output<'Subscribe'>> {
  const differs = Object.entries(attributes).some(([name, value]) => existing.attributes[name] !== value)
  if (differs) throw invalid(`${prefix}Subscription already exists with different attributes`)
  if (existing.token !== undefined && parseArn(existing.endpoint)?.account === sns.account) {
    // Its endpoint's own account subscribes it: that is the confirmation.
    const { token: _, ...confirmed } = existing
    at.cancel('forgetPending', `${existing.topic}:${existing.id}`)
    await at.tables.subscriptions.put({ ...confirmed, authenticated: true })
    return answer({ ...confirmed, authenticated: true }, input)
  }
  if (existing.token !== undefined) askToConfirm(at, existing)
  return answer(existing, input)
}

async function checkFilterPolicies(at: Sns, topic: TopicRow): Promise<void> {
  const subscriptions = await at.tables.subscriptions.list({ prefix: [topic.name] })
  if (subscriptions.filter(({ attributes }) => attributes.FilterPolicy !== undefined).length >= filterPoliciesPerTopicMax) {
    throw new FilterPolicyLimitExceededException(`The topic has ${filterPoliciesPerTopicMax} filter policies already.`)
  }
}

function checkEndpoint(protocol: string, endpoint: string, topic: TopicRow): void {
  if (elsewhere.has(protocol)) throw invalid(`Protocol Reason: subscriptions of the protocol ${protocol} are not supported by Fogbank`)
  if (protocol === 'http' || protocol === 'https') {
    if (!endpoint.startsWith(`${protocol}://`) || !URL.canParse(endpoint)) throw invalid('Endpoint must match the specified protocol')
  } else if (protocol === 'sqs') {
    if (parseArn(endpoint)?.service !== 'sqs') throw invalid('SQS endpoint ARN')
  } else if (protocol === 'lambda') {
    const found = parseArn(endpoint)
    if (found?.service !== 'lambda' || !found.resource.startsWith('function:')) throw invalid('Lambda endpoint ARN')
  } else {
    throw invalid(`Amazon SNS does not support this protocol string: ${protocol}`)
  }
  if (topic.fifo && protocol !== 'sqs') throw invalid('Invalid parameter: Endpoint Reason: Only SQS queues can be subscribed to FIFO topics')
  if (!topic.fifo && protocol === 'sqs' && endpoint.endsWith('.fifo')) {
    throw invalid('Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics')
  }
}
