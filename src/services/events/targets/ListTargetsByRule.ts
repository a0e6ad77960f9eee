import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { ruleNamed, ValidationException, type Events, type Input, type Output } from '../state.ts'

/** The targets of a rule: 100 a page at most. */
export async function ListTargetsByRule(events: Events, input: Input<'ListTargetsByRule'>): Promise<Output<'ListTargetsByRule'>> {
  const position = input.NextToken === undefined ? undefined : decodeToken('ListTargetsByRule', input.NextToken)
  if (input.NextToken !== undefined && !position) throw new ValidationException('The NextToken is not valid.')
  const { targets } = await ruleNamed(events, { name: input.Rule, bus: input.EventBusName })
  const from = Number(position?.[0] ?? 0)
  const limit = input.Limit ?? 100
  const { page, last } = pageOf(targets.slice(from, from + limit + 1), limit)
  return { Targets: page, ...last && { NextToken: encodeToken('ListTargetsByRule', [from + limit]) } }
}
