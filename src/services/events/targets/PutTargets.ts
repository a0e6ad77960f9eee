import { forgetMatchers, LimitExceededException, ruleNamed, targetsPerRuleMax, type Events, type Input, type Output } from '../state.ts'
import { checkTarget } from './kinds.ts'

/** Adds targets to a rule, or replaces those of the same id: five for a rule. */
export async function PutTargets(events: Events, input: Input<'PutTargets'>): Promise<Output<'PutTargets'>> {
  const row = await ruleNamed(events, { name: input.Rule, bus: input.EventBusName })
  const given = input.Targets ?? []
  for (const target of given) {
    checkTarget(target)
    if (target.RoleArn === undefined) continue
    await events.authorize({ action: 'iam:PassRole', resource: target.RoleArn, conditions: { 'iam:PassedToService': 'events.amazonaws.com' } })
  }
  const targets = [...row.targets.filter(target => !given.some(each => each.Id === target.Id)), ...given]
  if (targets.length > targetsPerRuleMax) throw new LimitExceededException('The requested resource exceeds the maximum number allowed.')
  await events.tables.rules.put({ ...row, targets })
  forgetMatchers(events, row.bus)
  return { FailedEntryCount: 0, FailedEntries: [] }
}
