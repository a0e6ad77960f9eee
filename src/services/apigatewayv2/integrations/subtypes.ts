/** First-class integrations: which operation of which service each stands for, and its parameters, as AWS's reference of integration subtypes lists them. */
export interface Subtype { service: string, operation: string, required: string[], optional: string[] }

export const subtypes: Record<string, Subtype> = {
  'EventBridge-PutEvents': {
    service: 'events', operation: 'PutEvents', required: ['Detail', 'DetailType', 'Source'],
    optional: ['Time', 'EventBusName', 'Resources', 'TraceHeader', 'Region'],
  },
  'SQS-SendMessage': {
    service: 'sqs', operation: 'SendMessage', required: ['QueueUrl', 'MessageBody'],
    optional: ['DelaySeconds', 'MessageAttributes', 'MessageDeduplicationId', 'MessageGroupId', 'MessageSystemAttributes', 'Region'],
  },
  'SQS-ReceiveMessage': {
    service: 'sqs', operation: 'ReceiveMessage', required: ['QueueUrl'],
    optional: ['AttributeNames', 'MaxNumberOfMessages', 'MessageAttributeNames', 'ReceiveRequestAttemptId', 'VisibilityTimeout', 'WaitTimeSeconds', 'Region'],
  },
  'SQS-DeleteMessage': { service: 'sqs', operation: 'DeleteMessage', required: ['QueueUrl', 'ReceiptHandle'], optional: ['Region'] },
  'SQS-PurgeQueue': { service: 'sqs', operation: 'PurgeQueue', required: ['QueueUrl'], optional: ['Region'] },
  'Kinesis-PutRecord': {
    service: 'kinesis', operation: 'PutRecord', required: ['StreamName', 'Data', 'PartitionKey'],
    optional: ['SequenceNumberForOrdering', 'ExplicitHashKey', 'Region'],
  },
  'StepFunctions-StartExecution': {
    service: 'stepfunctions', operation: 'StartExecution', required: ['StateMachineArn'], optional: ['Name', 'Input', 'Region'],
  },
  'StepFunctions-StartSyncExecution': {
    service: 'stepfunctions', operation: 'StartSyncExecution', required: ['StateMachineArn'], optional: ['Name', 'Input', 'Region', 'TraceHeader'],
  },
  'StepFunctions-StopExecution': {
    service: 'stepfunctions', operation: 'StopExecution', required: ['ExecutionArn'], optional: ['Cause', 'Error', 'Region'],
  },
}
