import { parseSchedule, ScheduleError } from '../../../platform/schedule.ts'
import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import {
  busNamed, defaultBus, forgetMatchers, LimitExceededException, ruleArn, rulesPerBusMax, ValidationException, type Events, type Input, type Output,
  type RuleRow,
} from '../state.ts'
import { compiled, schedule } from './rule.ts'

/** Makes a rule, or changes it: what the request does not name is taken away, its targets and tags stay. */
export async function PutRule(events: Events, input: Input<'PutRule'>): Promise<Output<'PutRule'>> {
  const bus = await busNamed(events, input.EventBusName)
  const name = input.Name!
  const { EventPattern: pattern, ScheduleExpression: expression } = input
  if (!pattern && !expression) throw new ValidationException('Parameter(s) EventPattern or ScheduleExpression must be specified.')
  if (pattern) compiled(pattern)
  if (expression) checkSchedule(expression, bus.name)
  if (input.State === 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS') throw new ValidationException(`The state ${input.State} is not supported by Fogbank.`)
  const before = await events.tables.rules.get(bus.name, name)
  const tags = before?.tags ?? tagsFromList(input.Tags)
  const problem = tagProblem(tags)
  if (problem) throw new ValidationException(problem)
  if (!before && (await events.tables.rules.list({ prefix: [bus.name] })).length >= rulesPerBusMax) {
    throw new LimitExceededException('The requested resource exceeds the maximum number allowed.')
  }
  const row: RuleRow = {
    bus: bus.name, name, state: input.State ?? 'ENABLED', tags, targets: before?.targets ?? [],
    // A rate begins anew when it is put: its first firing is one interval from now.
    createdMs: before?.schedule === expression ? before?.createdMs ?? events.now() : events.now(),
    ...pattern && { pattern }, ...expression && { schedule: expression }, ...input.Description !== undefined && { description: input.Description },
    ...input.RoleArn !== undefined && { roleArn: input.RoleArn },
  }
  if (input.RoleArn !== undefined) {
    await events.authorize({ action: 'iam:PassRole', resource: input.RoleArn, conditions: { 'iam:PassedToService': 'events.amazonaws.com' } })
  }
  await events.tables.rules.put(row)
  schedule(events, row)
  forgetMatchers(events, bus.name)
  return { RuleArn: ruleArn(events, row) }
}

function checkSchedule(expression: string, bus: string): void {
  if (bus !== defaultBus) throw new ValidationException('ScheduleExpression is supported only on the default event bus.')
  try {
    parseSchedule(expression, 0)
  } catch (error) {
    if (error instanceof ScheduleError) throw new ValidationException('Parameter ScheduleExpression is not valid.')
    throw error
  }
}
