import type { SendMessageBatchCommandInput, SendMessageBatchResult } from '@aws-sdk/client-sqs'
import { queueAt } from '../queues/live.ts'
import { BatchRequestTooLong, InvalidParameterValue, messageBytesMax, type Sqs } from '../state.ts'
import { checkBatch, failedEntry, withoutEmpty } from './batches.ts'
import { contentOf, type Content } from './content.ts'
import { sealContents } from './sealing.ts'
import { send } from './send.ts'
import { sentFacts } from './views.ts'

/** Stores up to 10 messages in one commit. What is wrong with one fails that one; FIFO ids that are missing, and the size of all, fail the request. */
export async function SendMessageBatch(sqs: Sqs, input: SendMessageBatchCommandInput): Promise<SendMessageBatchResult> {
  const queue = await queueAt(sqs, input.QueueUrl)
  checkBatch(input.Entries, 'SendMessageBatchRequestEntry')
  const result: SendMessageBatchResult = { Successful: [], Failed: [] }
  const good: { id: string, content: Content }[] = []
  for (const entry of input.Entries!) {
    if (queue.settings.fifo) {
      if (entry.MessageGroupId === undefined) throw new InvalidParameterValue('The request must contain the parameter MessageGroupId.')
      if (entry.MessageDeduplicationId === undefined && !queue.settings.contentBasedDeduplication) {
        throw new InvalidParameterValue('The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly')
      }
    }
    try {
      good.push({ id: entry.Id!, content: contentOf(queue, entry, true) })
    } catch (error) {
      result.Failed!.push(failedEntry(entry.Id, error))
    }
  }
  checkSize(input)
  if (good.length > 0) {
    const sent = await send(sqs, queue, await sealContents(sqs, queue, good.map(({ content }) => content)))
    good.forEach(({ id, content }, at) => result.Successful!.push({ Id: id, ...sentFacts(content, sent[at]!) }))
  }
  return withoutEmpty(result)
}

/** All bodies and attributes of a batch together have the bound of one message. */
function checkSize({ Entries }: SendMessageBatchCommandInput): void {
  let bytes = 0
  for (const { MessageBody, MessageAttributes = {} } of Entries!) {
    bytes += Buffer.byteLength(MessageBody ?? '')
    for (const [name, { DataType, StringValue, BinaryValue }] of Object.entries(MessageAttributes)) {
      bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType ?? '') + (BinaryValue?.byteLength ?? Buffer.byteLength(StringValue ?? ''))
    }
  }
  if (bytes > messageBytesMax) throw new BatchRequestTooLong(`Batch requests cannot be longer than ${messageBytesMax} bytes. You have sent ${bytes} bytes.`)
}
