import { ruleNamed, type Events, type Input, type Output } from '../state.ts'
import { ruleView } from './rule.ts'

/** A rule without its targets. */
export async function DescribeRule(events: Events, input: Input<'DescribeRule'>): Promise<Output<'DescribeRule'>> {
  return { ...ruleView(events, await ruleNamed(events, { name: input.Name, bus: input.EventBusName })), CreatedBy: events.account }
}
