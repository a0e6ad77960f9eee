import { forgetMatchers, ruleNamed, type Events, type Input, type Output } from '../state.ts'
import { schedule } from './rule.ts'

/** Disables a rule. */
export async function DisableRule(events: Events, input: Input<'DisableRule'>): Promise<Output<'DisableRule'>> {
  const row = { ...await ruleNamed(events, { name: input.Name, bus: input.EventBusName }), state: 'DISABLED' as const }
  await events.tables.rules.put(row)
  schedule(events, row)
  forgetMatchers(events, row.bus)
  return {}
}
