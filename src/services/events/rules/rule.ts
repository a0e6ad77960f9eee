import { compileEventPattern, EventPatternError } from '../../../platform/event-pattern.ts'
import { parseSchedule } from '../../../platform/schedule.ts'
import { InvalidEventPatternException, matchersKey, ruleArn, type Events, type Matchers, type RuleRow } from '../state.ts'

export const ruleView = (events: Events, row: RuleRow) => ({
  Name: row.name, Arn: ruleArn(events, row), State: row.state, EventBusName: row.bus, ...row.pattern !== undefined && { EventPattern: row.pattern },
  ...row.schedule !== undefined && { ScheduleExpression: row.schedule }, ...row.description !== undefined && { Description: row.description },
  ...row.roleArn !== undefined && { RoleArn: row.roleArn },
})

/** A pattern, compiled. Throws InvalidEventPatternException. */
export function compiled(pattern: string) {
  try {
    return compileEventPattern(pattern)
  } catch (error) {
    if (error instanceof EventPatternError) throw new InvalidEventPatternException(`Event pattern is not valid. Reason: ${error.message}`)
    throw error
  }
}

/** The rules of a bus that look at events; kept in memory until one of them changes. */
export async function matchersOf(events: Events, bus: string): Promise<Matchers> {
  const key = matchersKey(events, bus)
  const known = events.state.matchers.get(key)
  if (known) return known
  const rules = await events.tables.rules.list({ prefix: [bus] })
  const matchers = rules.flatMap(rule => rule.state === 'ENABLED' && rule.pattern !== undefined ? [{ rule, matches: compiled(rule.pattern) }] : [])
  events.state.matchers.set(key, matchers)
  return matchers
}

const tickId = ({ bus, name }: RuleRow): string => `${bus}/${name}`

/** Queues the next firing of a rule with a schedule, or takes it back where it has none any more. In the transaction that writes the rule. */
export function schedule(events: Events, row: RuleRow): void {
  const at = row.schedule !== undefined && row.state === 'ENABLED' ? parseSchedule(row.schedule, row.createdMs).next(events.now()) : undefined
  if (at === undefined) events.cancel('tick', tickId(row))
  else events.enqueue('tick', { bus: row.bus, name: row.name, at }, { id: tickId(row), at })
}

export const unschedule = (events: Events, row: RuleRow): void => events.cancel('tick', tickId(row))
