import { tagProblem, type Tags } from '../../../platform/tags.ts'
import { consumerArnParts, consumerNamed } from '../consumers/consumer.ts'
import { InvalidArgumentException, streamNamed, type Kinesis } from '../state.ts'

export interface Tagged { tags: Tags, write(tags: Tags): Promise<void> }

/** What a tagging operation names: a stream or a consumer, by ARN. */
export async function taggedByArn(kinesis: Kinesis, arn: string): Promise<Tagged> {
  if (consumerArnParts(arn)) {
    const consumer = await consumerNamed(kinesis, { ConsumerARN: arn })
    return { tags: consumer.tags, write: tags => kinesis.tables.consumers.put({ ...consumer, tags }) }
  }
  return taggedStream(kinesis, { StreamARN: arn })
}

export async function taggedStream(kinesis: Kinesis, input: Parameters<typeof streamNamed>[1]): Promise<Tagged> {
  const stream = await streamNamed(kinesis, input)
  return { tags: stream.tags, write: tags => kinesis.tables.streams.put({ ...stream, tags }) }
}

export async function addTags(tagged: Tagged, tags: Tags): Promise<void> {
  const problem = tagProblem(tags, tagged.tags)
  if (problem) throw new InvalidArgumentException(problem)
  await tagged.write({ ...tagged.tags, ...tags })
}

export const removeTags = (tagged: Tagged, keys: readonly string[]): Promise<void> =>
  tagged.write(Object.fromEntries(Object.entries(tagged.tags).filter(([key]) => !keys.includes(key))))
