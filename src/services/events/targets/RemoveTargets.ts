import { forgetMatchers, ruleNamed, type Events, type Input, type Output } from '../state.ts'

/** Takes targets off a rule; ids that are not there are told. */
export async function RemoveTargets(events: Events, input: Input<'RemoveTargets'>): Promise<Output<'RemoveTargets'>> {
  const row = await ruleNamed(events, { name: input.Rule, bus: input.EventBusName })
  const ids = input.Ids ?? []
  await events.tables.rules.put({ ...row, targets: row.targets.filter(target => !ids.includes(target.Id!)) })
  forgetMatchers(events, row.bus)
  const missing = ids.filter(id => !row.targets.some(target => target.Id === id))
  return {
    FailedEntryCount: missing.length,
    FailedEntries: missing.map(id => ({
      TargetId: id, ErrorCode: 'ResourceNotFoundException', ErrorMessage: `Rule ${row.name} does not have target(s) with id(s) ${id}.`,
    })),
  }
}
