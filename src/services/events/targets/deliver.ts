import type { Aws } from '../../../contracts/aws.ts'
import { parseArn } from '../../../platform/arns.ts'
import { eventAgeSecondsDefault, retriesDefault, ruleArn, type BusEvent, type Events, type Target } from '../state.ts'
import { targetInput } from './input.ts'
import { targetKind } from './kinds.ts'

/** An event on its way to a target of a rule. */
export interface Delivery { rule: { bus: string, name: string }, target: Target, event: BusEvent, acceptedMs: number, failures?: number }

const waitMsMax = 5 * 60_000
/** Trying again does not help against these. */
const lasting = new Set([
  'AccessDenied', 'AccessDeniedException', 'ResourceNotFoundException', 'QueueDoesNotExist', 'AWS.SimpleQueueService.NonExistentQueue', 'NotFoundException',
  'NotFound', 'NotImplemented',
  'ValidationException', 'InvalidParameterValueException', 'InvalidParameterValue',
])

/** Hands an event to a target, again with back-off as long as its retry policy says; what is given up goes to the dead-letter queue. */
export async function deliver(scope: Events, delivery: Delivery): Promise<void> {
  // AWS sees no loop that goes through EventBridge: the lineage of functions ends here.
  const { lineage: _, ...trace } = scope.trace
  const events = scope.in({ trace })
  const { rule, target, event, acceptedMs, failures = 0 } = delivery
  const arn = ruleArn(events, rule)
  try {
    const input = targetInput(target, event, { ruleArn: arn, ruleName: rule.name, ingestedAt: new Date(acceptedMs).toISOString() })
    await send(events, target, input, { event, arn })
    count(events, rule.name, 'Invocations')
  } catch (error) {
    const { name: code, message } = error as Error
    const { MaximumRetryAttempts: retries = retriesDefault, MaximumEventAgeInSeconds: ageSeconds = eventAgeSecondsDefault } = target.RetryPolicy ?? {}
    const at = events.now() + Math.min(waitMsMax, 1000 * 2 ** Math.min(failures, 10))
    const isTooOld = at - acceptedMs > ageSeconds * 1000
    if (!lasting.has(code) && failures < retries && !isTooOld) {
      return events.transact(async inside => inside.enqueue('deliver', { ...delivery, failures: failures + 1 }, { at }))
    }
    count(events, rule.name, 'FailedInvocations')
    events.log.warn('an event could not be delivered', { rule: arn, target: target.Arn, error: String(error) })
    const condition = isTooOld ? 'MaximumEventAgeInSeconds' : lasting.has(code) ? undefined : 'MaximumRetryAttempts'
    await bury(
      events, delivery, { code, message, condition }
    ).catch(lost => events.log.warn('a dead letter could not be sent', { rule: arn, error: String(lost) }))
  }
}

async function send(events: Events, target: Target, input: string, { event, arn }: { event: BusEvent, arn: string }): Promise<void> {
  const { Arn: to, RoleArn: role } = target
  const asService = () => events.as({ service: 'events.amazonaws.com', sourceArn: arn })
  const aws = role === undefined ? asService() : events.as({ role, sessionName: 'events' })
  switch (targetKind(target)) {
    case 'lambda':
      return void await aws.lambda.Invoke({ FunctionName: to, InvocationType: 'Event', Payload: Buffer.from(input) })
    case 'sqs': {
      const group = target.SqsParameters?.MessageGroupId
      return void await aws.sqs.SendMessage({ QueueUrl: queueUrl(events, to!), MessageBody: input, ...group !== undefined && { MessageGroupId: group } })
    }
    case 'sns':
      return void await aws.sns.Publish({ TopicArn: to, Message: input })
    case 'kinesis': {
      const path = target.KinesisParameters?.PartitionKeyPath
      const key = path === undefined ? event.id : targetInput(
        { Id: '', Arn: '', InputPath: path }, event, { ruleArn: arn, ruleName: '', ingestedAt: '' }
      ).replaceAll('"', '')
      return void await aws.kinesis.PutRecord({ StreamARN: to, Data: Buffer.from(input), PartitionKey: key || event.id })
    }
    case 'logs':
      return log(events, asService(), to!, input)
    case 'bus':
      return void await aws.events.PutEvents({ Entries: [{
        EventBusName: to, Source: event.source, DetailType: event['detail-type'], Detail: JSON.stringify(event.detail), Resources: event.resources,
        Time: new Date(event.time),
      }] })
  }
}

async function log(events: Events, aws: Aws, groupArn: string, message: string): Promise<void> {
  const logGroupName = parseArn(groupArn)!.resource.replace(/^log-group:/, '').replace(/:\*$/, '')
  const logStreamName = events.newId()
  await aws.logs.CreateLogStream({ logGroupName, logStreamName })
  await aws.logs.PutLogEvents({ logGroupName, logStreamName, logEvents: [{ timestamp: events.now(), message }] })
}

/** The event in the dead-letter queue of a target, with why it is there. */
async function bury(
  events: Events, { rule, target, event, failures = 0 }: Delivery, why: { code: string, message: string, condition: string | undefined }
): Promise<void> {
  const queueArn = target.DeadLetterConfig?.Arn
  if (queueArn === undefined) return
  const arn = ruleArn(events, rule)
  const text = (StringValue: string) => ({ DataType: 'String', StringValue })
  await events.as({ service: 'events.amazonaws.com', sourceArn: arn }).sqs.SendMessage({
    QueueUrl: queueUrl(events, queueArn), MessageBody: JSON.stringify(event),
    MessageAttributes: {
      RULE_ARN: text(arn), TARGET_ARN: text(target.Arn!), ERROR_CODE: text(why.code), ERROR_MESSAGE: text(why.message || why.code),
      RETRY_ATTEMPTS: text(String(failures)),
      ...why.condition !== undefined && { EXHAUSTED_RETRY_CONDITION: text(why.condition) },
    },
  })
}

function queueUrl(events: Events, queueArn: string): string {
  const { account, resource } = parseArn(queueArn)!
  return `${events.config.endpoint}/${account}/${resource}`
}

function count(events: Events, rule: string, name: string): void {
  const { account, region } = events
  events.sinks.metric({ account, region, namespace: 'AWS/Events', name, dimensions: { RuleName: rule }, value: 1, unit: 'Count', at: events.now() })
}
