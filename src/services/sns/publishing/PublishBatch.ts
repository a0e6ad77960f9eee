import { AwsError } from '../../../platform/errors.ts'
import { count } from '../metrics.ts'
import {
  batchEntriesMax, BatchEntryIdsNotDistinctException, BatchRequestTooLongException, EmptyBatchRequestException, InvalidBatchEntryIdException, invalid,
  messageBytesMax, TooManyEntriesInBatchRequestException, type Input, type Output, type Sns,
} from '../state.ts'
import { topicAt } from '../topics/topic.ts'
import { fanOut } from './fanOut.ts'
import { bytesOf, messageOf } from './message.ts'
import { messageSealer } from './sealing.ts'

/**
 * Publishes up to ten messages; each succeeds or fails by itself. Errors: NotFound, TooManyEntriesInBatchRequest, EmptyBatchRequest,
 * BatchEntryIdsNotDistinct, InvalidBatchEntryId, BatchRequestTooLong.
 */
export async function PublishBatch(sns: Sns, input: Input<'PublishBatch'>): Promise<Output<'PublishBatch'>> {
  const entries = input.PublishBatchRequestEntries ?? []
  if (entries.length > batchEntriesMax) throw new TooManyEntriesInBatchRequestException('The batch request contains more entries than permissible.')
  const { at, topic } = await topicAt(sns, input.TopicArn)
  if (entries.length === 0) throw new EmptyBatchRequestException("The batch request doesn't contain any entries.")
  const ids = entries.map(({ Id }) => Id!)
  if (new Set(ids).size < ids.length) throw new BatchEntryIdsNotDistinctException('Two or more batch entries in the request have the same Id.')
  if (ids.some(id => !/^[\w-]{1,80}$/.test(id))) {
    throw new InvalidBatchEntryIdException("The Id of a batch entry in a batch request doesn't abide by the specification.")
  }
  if (entries.reduce((sum, entry) => sum + bytesOf(entry), 0) > messageBytesMax) {
    throw new BatchRequestTooLongException('The length of all the messages put together is more than the limit.')
  }
  if (topic.fifo && entries.some(({ MessageGroupId }) => !MessageGroupId)) throw invalid('The MessageGroupId parameter is required for FIFO topics')
  const subscriptions = await at.tables.subscriptions.list({ prefix: [topic.name] })
  const kept = await messageSealer(sns, topic)
  const output = { Successful: [] as object[], Failed: [] as object[] }
  for (const entry of entries) {
    try {
      const message = messageOf(topic, entry, sns.newId(), sns.now())
      output.Successful.push({ Id: entry.Id, ...await fanOut(at, topic, message, { subscriptions, kept }) })
      count(at, topic.name, 'NumberOfMessagesPublished')
      count(at, topic.name, 'PublishSize', bytesOf(entry), 'Bytes')
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      const code = error.code === 'InvalidParameterValueException' ? 'ParameterValueInvalid' : error.code.replace(/Exception$/, '')
      output.Failed.push({ Id: entry.Id, Code: code, Message: error.message, SenderFault: true })
    }
  }
  return output as Output<'PublishBatch'>
}
