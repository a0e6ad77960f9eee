import { tagProblem, tagsFromList, type Tags } from '../../../platform/tags.ts'
import { InvalidParameterException, invalid, TagLimitExceededException, type Input, type Output, type Sns, type TopicRow } from '../state.ts'
import { checkAttributes, normal } from './attributes.ts'
import { defaultPolicy, topicArn } from './topic.ts'

const fifoNames = 'Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and '
  + 'hyphens, and must be between 1 and 256 characters long.'

/**
 * Creates a topic, or answers the one of that name where all that is asked for is what it has. Errors: InvalidParameter (a name or an attribute
 * that cannot be, a topic that is there with other attributes or tags), TagLimitExceeded.
 */
export async function CreateTopic(sns: Sns, input: Input<'CreateTopic'>): Promise<Output<'CreateTopic'>> {
  const name = input.Name!
  const asked = Object.fromEntries(Object.entries(input.Attributes ?? {}).map(([key, value]) => [key, normal(key, String(value))]))
  if (input.DataProtectionPolicy) throw invalid('DataProtectionPolicy Reason: data protection policies are not supported by Fogbank')
  const fifo = asked.FifoTopic === 'true'
  if (fifo ? !/^[\w-]{1,251}\.fifo$/.test(name) : !/^[\w-]{1,256}$/.test(name)) {
    throw fifo ? new InvalidParameterException(`Invalid parameter: ${fifoNames}`) : invalid('Topic Name')
  }
  checkAttributes(asked, fifo)
  const tags = tagsFromList(input.Tags)
  const problem = tagProblem(tags)
  if (problem) throw problem.startsWith('The number') ? new TagLimitExceededException(problem) : invalid(`Tags Reason: ${problem}`)
  const arn = topicArn(sns, name)
  const existing = await sns.tables.topics.get(name)
  if (existing) {
    checkSame(existing, asked, tags)
    return { TopicArn: arn }
  }
  const { FifoTopic: _, ...attributes } = asked
  await sns.tables.topics.put({
    name, arn, fifo, createdAt: sns.now(), tags,
    attributes: {
      ...fifo && { ContentBasedDeduplication: 'false', FifoThroughputScope: 'Topic' }, ...attributes, Policy: asked.Policy || defaultPolicy(arn),
    },
  })
  return { TopicArn: arn }
}

/** Creating a topic again is no error where it is the same one, in everything that is asked for. */
function checkSame(existing: TopicRow, asked: Record<string, string>, tags: Tags): void {
  for (const [name, value] of Object.entries(asked)) {
    const has = name === 'FifoTopic' ? String(existing.fifo) : existing.attributes[name] ?? ''
    if (has !== value) throw invalid('Attributes Reason: Topic already exists with different attributes')
  }
  if (Object.entries(tags).some(([key, value]) => existing.tags[key] !== value)) throw invalid('Tags Reason: Topic already exists with different tags')
}
