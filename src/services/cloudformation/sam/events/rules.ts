import { invalidEvent } from '../errors.ts'
import { getAtt, ref } from '../intrinsics.ts'
import { assumeRolePolicy, invokeFunctionPolicy, queuePolicy, sendMessagePolicy, startExecutionPolicy } from '../policies/documents.ts'
import type { Dict, Value } from '../python.ts'
import { isDict, truthy } from '../python.ts'
import { generated } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Target } from '../scope.ts'
import { permission, ruleState, targetId } from './event.ts'
import type { Event, EventContext, EventType } from './event.ts'

const isSet = (value: Value): boolean => value !== undefined && value !== null

function checkDeadLetter(event: Event): void {
  const config: Dict = event.properties.DeadLetterConfig
  const hasArn = Object.hasOwn(config, 'Arn')
  const hasType = Object.hasOwn(config, 'Type')
  if (hasArn && hasType) throw invalidEvent(event.id, "You can either define 'Arn' or 'Type' property of DeadLetterConfig.")
  if (hasType && config.Type !== 'SQS') throw invalidEvent(event.id, "The only valid value for 'Type' property of DeadLetterConfig is 'SQS'.")
  if (!hasArn && !hasType) throw invalidEvent(event.id, "No 'Arn' or 'Type' property provided for DeadLetterConfig.")
}

/** The ARN of the dead-letter queue, and the queue itself where it is to be made. `policy` is the id of the queue's policy, for a rule. */
function deadLetterQueue(event: Event, target: Target, source: Value | undefined): { arn: Value, resources: Generated[] } {
  const config = event.properties.DeadLetterConfig
  if (!isSet(config)) return { arn: undefined, resources: [] }
  checkDeadLetter(event)
  if (isSet(config.Arn)) return { arn: config.Arn, resources: [] }
  if (isSet(config.QueueLogicalId) && typeof config.QueueLogicalId !== 'string') throw invalidEvent(event.id, 'QueueLogicalId must be a string')
  const queueId = config.QueueLogicalId || `${event.id}Queue`
  const arn = getAtt(queueId, 'Arn')
  const resources = [generated('AWS::SQS::Queue', queueId, {}, target.inherited)]
  if (source) {
    resources.push(generated('AWS::SQS::QueuePolicy', `${event.id}QueuePolicy`, {
      PolicyDocument: queuePolicy({ Service: 'events.amazonaws.com' }, source, arn), Queues: [ref(queueId)],
    }, target.inherited))
  }
  return { arn, resources }
}

/** What a rule sends to its target, beside the target's own ARN and id. */
function targetOptions(event: Event, deadLetterArn: Value): Dict {
  const { Input, InputPath, DeadLetterConfig, RetryPolicy, InputTransformer } = event.properties
  return {
    ...isSet(Input) ? { Input } : {}, ...isSet(InputPath) ? { InputPath } : {}, ...isSet(DeadLetterConfig) ? { DeadLetterConfig: { Arn: deadLetterArn } } : {},
    ...isSet(RetryPolicy) ? { RetryPolicy } : {}, ...isSet(InputTransformer) ? { InputTransformer } : {},
  }
}

const ownTargetId = (event: Event, suffix: string): Value => isDict(event.properties.Target) && 'Id' in event.properties.Target
  ? event.properties.Target.Id
  : targetId(event.id, suffix)

function ruleProperties(event: Event, isSchedule: boolean): Dict {
  const { Schedule, Name, Description, EventBusName, Pattern, RuleName } = event.properties
  return isSchedule ? { ScheduleExpression: Schedule, Name, Description } : { EventBusName, EventPattern: Pattern, Name: RuleName }
}

function functionRule(isSchedule: boolean) {
  return ({ target }: EventContext, event: Event): Generated[] => {
    const source = getAtt(event.id, 'Arn')
    const State = ruleState(event)
    const queue = deadLetterQueue(event, target, source)
    const id = isSchedule ? targetId(event.id, 'LambdaTarget') : ownTargetId(event, 'LambdaTarget')
    const options = isSchedule ? { ...targetOptions(event, queue.arn) } : targetOptions(event, queue.arn)
    return [
      generated(
        'AWS::Events::Rule', event.id, { ...ruleProperties(event, isSchedule), State, Targets: [{ Arn: target.arn, Id: id, ...options }] }, target.inherited
      ),
      ...queue.resources, permission(target, `${event.id}Permission`, 'events.amazonaws.com', { SourceArn: source }),
    ]
  }
}

/** The role with which another service starts a state machine. */
export function startRole(context: EventContext, id: string, service: string): Generated {
  const { target, permissionsBoundary } = context
  return generated('AWS::IAM::Role', id, {
    AssumeRolePolicyDocument: assumeRolePolicy(service), Policies: [startExecutionPolicy(target.arn, id)],
    PermissionsBoundary: truthy(permissionsBoundary) ? permissionsBoundary : undefined,
  }, target.inherited)
}

function stateMachineRule(isSchedule: boolean) {
  return (context: EventContext, event: Event): Generated[] => {
    const { target } = context
    const source = getAtt(event.id, 'Arn')
    const State = ruleState(event)
    const given = isSchedule ? event.properties.RoleArn : undefined
    const role = isSet(given) ? undefined : startRole(context, `${event.id}Role`, 'events.amazonaws.com')
    const queue = deadLetterQueue(event, target, source)
    const RoleArn = role ? getAtt(role.id, 'Arn') : given
    return [
      generated('AWS::Events::Rule', event.id, {
        ...ruleProperties(event, isSchedule), State,
        Targets: [{ Arn: target.arn, Id: ownTargetId(event, 'StepFunctionsTarget'), RoleArn, ...targetOptions(event, queue.arn) }],
      }, target.inherited),
      ...role ? [role] : [], ...queue.resources,
    ]
  }
}

const schedule = {
  Schedule: 'str!', Input: 'str', Enabled: 'bool', State: 'str', Name: 'str', Description: 'str', DeadLetterConfig: 'map', RetryPolicy: 'map',
}
const rule = {
  EventBusName: 'str', RuleName: 'str', Pattern: 'map', DeadLetterConfig: 'map', RetryPolicy: 'map', Input: 'str', InputPath: 'str', State: 'str',
  InputTransformer: 'map',
}
const functionRuleType: EventType = { properties: { ...rule, Target: 'map', Enabled: 'bool' }, resources: functionRule(false) }
const stateMachineRuleType: EventType = { properties: { ...rule, Target: 'map=' }, resources: stateMachineRule(false) }

export const functionRules: Record<string, EventType> = {
  Schedule: { properties: { ...schedule, RuleName: 'str' }, resources: functionRule(true) }, CloudWatchEvent: functionRuleType,
  EventBridgeRule: functionRuleType,
}
export const stateMachineRules: Record<string, EventType> = {
  Schedule: { properties: { ...schedule, Target: 'map=', RoleArn: 'str=' }, resources: stateMachineRule(true) },
  CloudWatchEvent: stateMachineRuleType, EventBridgeRule: stateMachineRuleType,
}

function scheduleV2(invokePolicy: (arn: Value, id: string) => Dict): EventType {
  return {
    properties: {
      PermissionsBoundary: 'str', ScheduleExpression: 'str!', FlexibleTimeWindow: 'map', Name: 'str', State: 'str', Description: 'str', StartDate: 'str',
      EndDate: 'str',
      ScheduleExpressionTimezone: 'str', GroupName: 'str', KmsKeyArn: 'str', Input: 'str', RoleArn: 'str', DeadLetterConfig: 'map', RetryPolicy: 'map',
      OmitName: 'bool=',
    },
    resources: ({ target }, event) => {
      const {
        ScheduleExpression, State, Description, FlexibleTimeWindow, StartDate, EndDate, ScheduleExpressionTimezone, GroupName, KmsKeyArn
      } = event.properties
      const { Name, OmitName, RoleArn, PermissionsBoundary } = event.properties
      if (OmitName && Name) throw invalidEvent(event.id, 'Name cannot be set when OmitName is True')
      const queue = deadLetterQueue(event, target, undefined)
      const policies = [invokePolicy(target.arn, event.id), ...queue.arn ? [sendMessagePolicy(queue.arn, event.id)] : []]
      const role = RoleArn ? undefined : generated('AWS::IAM::Role', `${event.id}Role`, {
        AssumeRolePolicyDocument: assumeRolePolicy('scheduler.amazonaws.com'), Policies: policies,
        PermissionsBoundary: truthy(PermissionsBoundary) ? PermissionsBoundary : undefined,
      }, target.inherited)
      const { InputPath: _, InputTransformer: __, ...options } = targetOptions(event, queue.arn)
      return [
        generated('AWS::Scheduler::Schedule', event.id, {
          ScheduleExpression, State: State || undefined, Name: OmitName ? undefined : Name || event.id, Description,
          FlexibleTimeWindow: truthy(FlexibleTimeWindow) ? FlexibleTimeWindow : { Mode: 'OFF' },
          StartDate, EndDate, ScheduleExpressionTimezone, GroupName, KmsKeyArn,
          Target: { Arn: target.arn, RoleArn: role ? getAtt(role.id, 'Arn') : RoleArn, ...options },
        }, target.inherited),
        ...queue.resources, ...role ? [role] : [],
      ]
    },
  }
}

export const functionSchedule = scheduleV2(invokeFunctionPolicy)
export const stateMachineSchedule = scheduleV2(startExecutionPolicy)
