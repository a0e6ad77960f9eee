import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { busNamed, ValidationException, type Events, type Input, type Output } from '../state.ts'

/** The rules of a bus that have a target: 100 a page at most. */
export async function ListRuleNamesByTarget(events: Events, input: Input<'ListRuleNamesByTarget'>): Promise<Output<'ListRuleNamesByTarget'>> {
  const position = input.NextToken === undefined ? undefined : decodeToken('ListRuleNamesByTarget', input.NextToken)
  if (input.NextToken !== undefined && !position) throw new ValidationException('The NextToken is not valid.')
  const bus = await busNamed(events, input.EventBusName)
  const rows = await events.tables.rules.list({ prefix: [bus.name], ...position && { after: [bus.name, String(position[0])] } })
  const { page, last } = pageOf(rows.filter(row => row.targets.some(target => target.Arn === input.TargetArn)), input.Limit ?? 100)
  return { RuleNames: page.map(row => row.name), ...last && { NextToken: encodeToken('ListRuleNamesByTarget', [last.name]) } }
}
