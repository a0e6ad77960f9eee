import { busNamed, forgetMatchers, ValidationException, type Events, type Input, type Output } from '../state.ts'
import { unschedule } from './rule.ts'

/** Deletes a rule without targets; one that is not there is no error. */
export async function DeleteRule(events: Events, input: Input<'DeleteRule'>): Promise<Output<'DeleteRule'>> {
  const bus = await busNamed(events, input.EventBusName)
  const row = await events.tables.rules.get(bus.name, input.Name!)
  if (!row) return {}
  if (row.targets.length > 0) throw new ValidationException("Rule can't be deleted since it has targets.")
  await events.tables.rules.delete(bus.name, row.name)
  unschedule(events, row)
  forgetMatchers(events, bus.name)
  return {}
}
