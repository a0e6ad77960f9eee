import { parseArn } from '../../../platform/arns.ts'
import type { Tags } from '../../../platform/tags.ts'
import { busNamed, defaultBus, ruleNamed, ValidationException, type Events } from '../state.ts'

/** What a tagging operation names by its ARN: a rule or a bus. */
export async function tagged(events: Events, arn: string): Promise<{ tags: Tags, write(tags: Tags): Promise<void> }> {
  const [kind, first, second] = parseArn(arn)?.resource.split('/') ?? []
  if (kind === 'rule' && first !== undefined) {
    const row = await ruleNamed(events, second === undefined ? { name: first, bus: defaultBus } : { name: second, bus: first })
    return { tags: row.tags, write: tags => events.tables.rules.put({ ...row, tags }) }
  }
  if (kind !== 'event-bus' || first === undefined) throw new ValidationException(`${arn} is the ARN of neither a rule nor an event bus.`)
  const row = await busNamed(events, first)
  return { tags: row.tags, write: tags => events.tables.buses.put({ ...row, tags }) }
}
