import { invalid, type Input, type Sns } from '../state.ts'
import { attributeProblem, normal } from './attributes.ts'
import { defaultPolicy, topicAt } from './topic.ts'

/** Sets one attribute of a topic; an empty value takes it away, and gives the policy its default. Errors: InvalidParameter, NotFound. */
export async function SetTopicAttributes(sns: Sns, input: Input<'SetTopicAttributes'>): Promise<{}> {
  const { at, topic } = await topicAt(sns, input.TopicArn)
  const name = input.AttributeName!
  const value = normal(name, input.AttributeValue ?? '')
  if (name === 'FifoTopic') throw invalid('AttributeName')
  const problem = value === '' && name in topic.attributes ? undefined : attributeProblem(name, value, topic.fifo)
  if (problem !== undefined) throw invalid(problem)
  const { [name]: _, ...others } = topic.attributes
  const attributes = value !== '' ? { ...others, [name]: value } : name === 'Policy' ? { ...others, Policy: defaultPolicy(topic.arn) } : others
  await at.tables.topics.put({ ...topic, attributes })
  return {}
}
