import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { busNamed, ValidationException, type Events, type Input, type Output } from '../state.ts'
import { ruleView } from './rule.ts'

/** The rules of a bus by name: 100 a page at most. */
export async function ListRules(events: Events, input: Input<'ListRules'>): Promise<Output<'ListRules'>> {
  const position = input.NextToken === undefined ? undefined : decodeToken('ListRules', input.NextToken)
  if (input.NextToken !== undefined && !position) throw new ValidationException('The NextToken is not valid.')
  const bus = await busNamed(events, input.EventBusName)
  const rows = await events.tables.rules.list({ prefix: [bus.name], ...position && { after: [bus.name, String(position[0])] } })
  const { page, last } = pageOf(rows.filter(row => row.name.startsWith(input.NamePrefix ?? '')), input.Limit ?? 100)
  return { Rules: page.map(row => ruleView(events, row)), ...last && { NextToken: encodeToken('ListRules', [last.name]) } }
}
