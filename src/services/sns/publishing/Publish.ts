import { count } from '../metrics.ts'
import { invalid, type Input, type Output, type Sns } from '../state.ts'
import { topicAt } from '../topics/topic.ts'
import { fanOut } from './fanOut.ts'
import { bytesOf, messageOf } from './message.ts'
import { messageSealer } from './sealing.ts'

/** Publishes a message to a topic. Errors: InvalidParameter, ParameterValueInvalid, NotFound. */
export async function Publish(sns: Sns, input: Input<'Publish'>): Promise<Output<'Publish'>> {
  if (input.PhoneNumber !== undefined) throw invalid('PhoneNumber Reason: text messages are not supported by Fogbank')
  const target = input.TopicArn ?? input.TargetArn
  if (target === undefined) throw invalid('TopicArn or TargetArn Reason: no value for required parameter')
  if (/:endpoint\//.test(target)) throw invalid('TargetArn Reason: mobile push is not supported by Fogbank')
  const { at, topic } = await topicAt(sns, target, input.TopicArn === undefined ? 'TargetArn' : 'TopicArn')
  const message = messageOf(topic, input, sns.newId(), sns.now())
  const kept = await messageSealer(sns, topic)
  const published = await fanOut(at, topic, message, { subscriptions: await at.tables.subscriptions.list({ prefix: [topic.name] }), kept })
  count(at, topic.name, 'NumberOfMessagesPublished')
  count(at, topic.name, 'PublishSize', bytesOf(input), 'Bytes')
  return published
}
