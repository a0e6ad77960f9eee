import type { SQS } from '@aws-sdk/client-sqs'
import { dataKeys } from '../../platform/data-keys.ts'
import type { Scope } from '../../platform/service.ts'
import { longRunning, service } from '../../platform/service.ts'
import { onOwnQueue, onQueue, sourceOfTask } from './authorization.ts'
import { resourceTypes } from './cloudformation.ts'
import { ChangeMessageVisibility } from './messages/ChangeMessageVisibility.ts'
import { ChangeMessageVisibilityBatch } from './messages/ChangeMessageVisibilityBatch.ts'
import { DeleteMessage } from './messages/DeleteMessage.ts'
import { DeleteMessageBatch } from './messages/DeleteMessageBatch.ts'
import { ReceiveMessage } from './messages/ReceiveMessage.ts'
import { SendMessage } from './messages/SendMessage.ts'
import { SendMessageBatch } from './messages/SendMessageBatch.ts'
import { CancelMessageMoveTask } from './moves/CancelMessageMoveTask.ts'
import { ListMessageMoveTasks } from './moves/ListMessageMoveTasks.ts'
import { moveMessages } from './moves/moveMessages.ts'
import { StartMessageMoveTask } from './moves/StartMessageMoveTask.ts'
import { AddPermission } from './permissions/AddPermission.ts'
import { RemovePermission } from './permissions/RemovePermission.ts'
import { CreateQueue } from './queues/CreateQueue.ts'
import { deleteMessages } from './queues/deleteMessages.ts'
import { DeleteQueue } from './queues/DeleteQueue.ts'
import { GetQueueAttributes } from './queues/GetQueueAttributes.ts'
import { GetQueueUrl } from './queues/GetQueueUrl.ts'
import { ListDeadLetterSourceQueues } from './queues/ListDeadLetterSourceQueues.ts'
import { ListQueues } from './queues/ListQueues.ts'
import { close, endPolls } from './queues/live.ts'
import { PurgeQueue } from './queues/PurgeQueue.ts'
import { SetQueueAttributes } from './queues/SetQueueAttributes.ts'
import { tables, type Sqs, type SqsState } from './state.ts'
import { ListQueueTags } from './tags/ListQueueTags.ts'
import { TagQueue } from './tags/TagQueue.ts'
import { UntagQueue } from './tags/UntagQueue.ts'
import { usage } from './usage.ts'

// Every operation is its own transaction's master: what it knows of the queue in memory changes after the commit.
export const sqs = service<SQS, Sqs>({
  name: 'sqs',
  billing: 'AWSQueueService',
  tables,
  operations: {
    AddPermission: longRunning(AddPermission),
    CancelMessageMoveTask: longRunning(CancelMessageMoveTask),
    ChangeMessageVisibility: longRunning(ChangeMessageVisibility),
    ChangeMessageVisibilityBatch: longRunning(ChangeMessageVisibilityBatch),
    CreateQueue: longRunning(CreateQueue),
    DeleteMessage: longRunning(DeleteMessage),
    DeleteMessageBatch: longRunning(DeleteMessageBatch),
    DeleteQueue: longRunning(DeleteQueue),
    GetQueueAttributes: longRunning(GetQueueAttributes),
    GetQueueUrl: longRunning(GetQueueUrl),
    ListDeadLetterSourceQueues: longRunning(ListDeadLetterSourceQueues),
    ListMessageMoveTasks: longRunning(ListMessageMoveTasks),
    ListQueueTags: longRunning(ListQueueTags),
    ListQueues: longRunning(ListQueues),
    PurgeQueue: longRunning(PurgeQueue),
    ReceiveMessage: longRunning(ReceiveMessage),
    RemovePermission: longRunning(RemovePermission),
    SendMessage: longRunning(SendMessage),
    SendMessageBatch: longRunning(SendMessageBatch),
    SetQueueAttributes: longRunning(SetQueueAttributes),
    StartMessageMoveTask: longRunning(StartMessageMoveTask),
    TagQueue: longRunning(TagQueue),
    UntagQueue: longRunning(UntagQueue),
  },
  authorization: {
    AddPermission: onOwnQueue(),
    CancelMessageMoveTask: { resource: (_, input) => sourceOfTask(input.TaskHandle) },
    ChangeMessageVisibility: onQueue(),
    ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
    CreateQueue: onOwnQueue(),
    DeleteMessage: onQueue(),
    DeleteMessageBatch: onQueue('DeleteMessage'),
    DeleteQueue: onOwnQueue(),
    GetQueueAttributes: onQueue(),
    GetQueueUrl: onQueue(),
    ListDeadLetterSourceQueues: onQueue(),
    ListMessageMoveTasks: { resource: (_, input) => input.SourceArn ?? '*' },
    ListQueueTags: onOwnQueue(),
    ListQueues: { resource: '*' },
    PurgeQueue: onQueue(),
    ReceiveMessage: onQueue(),
    RemovePermission: onOwnQueue(),
    SendMessage: onQueue(),
    SendMessageBatch: onQueue('SendMessage'),
    SetQueueAttributes: onOwnQueue(),
    StartMessageMoveTask: { resource: (_, input) => input.SourceArn ?? '*' },
    TagQueue: onOwnQueue(),
    UntagQueue: onOwnQueue(),
  },
  open: (scope: Scope): SqsState => ({
    queues: new Map(), loaded: new Map(), dataKeys: dataKeys(), sequence: { base: 0, next: 0, opening: undefined }, closing: false, closed: false,
      at: place => scope.in(place), work: new Set(),
  }),
  settle: async (state: SqsState) => void await Promise.allSettled(state.work),
  closing: endPolls,
  async close(state: SqsState) {
    state.closed = true
    await close(state.at({ account: '', region: '' }))
  },
  usage,
  tasks: { deleteMessages, moveMessages },
  resourceTypes,
})
