import { forgetMatchers, ruleNamed, type Events, type Input, type Output } from '../state.ts'
import { schedule } from './rule.ts'

/** Enables a rule. */
export async function EnableRule(events: Events, input: Input<'EnableRule'>): Promise<Output<'EnableRule'>> {
  const row = { ...await ruleNamed(events, { name: input.Name, bus: input.EventBusName }), state: 'ENABLED' as const }
  await events.tables.rules.put(row)
  schedule(events, row)
  forgetMatchers(events, row.bus)
  return {}
}
