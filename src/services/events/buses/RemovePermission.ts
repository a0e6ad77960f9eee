import { busNamed, ResourceNotFoundException, type Events, type Input, type Output } from '../state.ts'

/** Takes a statement, or all of them, out of the policy of a bus. */
export async function RemovePermission(events: Events, input: Input<'RemovePermission'>): Promise<Output<'RemovePermission'>> {
  const bus = await busNamed(events, input.EventBusName)
  const statements = input.RemoveAllPermissions ? [] : bus.statements.filter((each: any) => each.Sid !== input.StatementId)
  if (!input.RemoveAllPermissions && statements.length === bus.statements.length) {
    throw new ResourceNotFoundException(bus.statements.length === 0 ? 'EventBus does not have a policy.' : 'Statement with the provided id does not exist.')
  }
  await events.tables.buses.put({ ...bus, statements, modifiedMs: events.now() })
  return {}
}
