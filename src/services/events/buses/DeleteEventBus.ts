import { busName, defaultBus, ValidationException, type Events, type Input, type Output } from '../state.ts'

/** Deletes a bus that has no rules; one that is not there is no error. */
export async function DeleteEventBus(events: Events, input: Input<'DeleteEventBus'>): Promise<Output<'DeleteEventBus'>> {
  const name = busName(input.Name)
  if (name === defaultBus) throw new ValidationException('Cannot delete event bus default.')
  if ((await events.tables.rules.list({ prefix: [name], limit: 1 })).length > 0) {
    throw new ValidationException(`Event bus ${name} can't be deleted since it has rules.`)
  }
  await events.tables.buses.delete(name)
  return {}
}
