import { compiled } from '../rules/rule.ts'
import { ValidationException, type Events, type Input, type Output } from '../state.ts'

const required = ['id', 'account', 'source', 'time', 'region', 'resources', 'detail-type']

/** Whether an event matches a pattern. The event must have the fields that every event has. */
export async function TestEventPattern(_: Events, input: Input<'TestEventPattern'>): Promise<Output<'TestEventPattern'>> {
  const matches = compiled(input.EventPattern!)
  let event: any
  try {
    event = JSON.parse(input.Event!)
  } catch (error) {
    throw new ValidationException(`Parameter Event is not valid. Reason: ${(error as Error).message}`)
  }
  const missing = required.filter(name => typeof event !== 'object' || event === null || !(name in event))
  if (missing.length > 0) throw new ValidationException(`Parameter Event is not valid. Reason: Required fields are missing: ${missing.join(', ')}`)
  return { Result: matches(event) }
}
