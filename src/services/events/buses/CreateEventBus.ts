import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import { busArn, defaultBus, ResourceAlreadyExistsException, ValidationException, type Events, type Input, type Output } from '../state.ts'

/** Makes an event bus of a name of its own. */
export async function CreateEventBus(events: Events, input: Input<'CreateEventBus'>): Promise<Output<'CreateEventBus'>> {
  for (const member of ['EventSourceName', 'KmsKeyIdentifier', 'DeadLetterConfig', 'LogConfig'] as const) {
    if (input[member] !== undefined) throw new ValidationException(`${member} is not supported by Fogbank.`)
  }
  const name = input.Name!
  if (name === defaultBus || await events.tables.buses.get(name)) throw new ResourceAlreadyExistsException(`Event bus ${name} already exists.`)
  if (name.includes('/')) throw new ValidationException(`Event bus name ${name} is not valid: only names of partner event sources have slashes.`)
  const tags = tagsFromList(input.Tags)
  const problem = tagProblem(tags)
  if (problem) throw new ValidationException(problem)
  const now = events.now()
  await events.tables.buses.put({
    name, createdMs: now, modifiedMs: now, statements: [], tags, ...input.Description !== undefined && { description: input.Description },
  })
  return { EventBusArn: busArn(events, name), ...input.Description !== undefined && { Description: input.Description } }
}
