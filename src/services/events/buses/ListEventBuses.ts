import { decodeToken, encodeToken, pageOf } from '../../../platform/pagination.ts'
import { busNamed, defaultBus, ValidationException, type Events, type Input, type Output } from '../state.ts'
import { busView } from './bus.ts'

/** The buses of the account and region by name: 100 a page at most. */
export async function ListEventBuses(events: Events, input: Input<'ListEventBuses'>): Promise<Output<'ListEventBuses'>> {
  const position = input.NextToken === undefined ? undefined : decodeToken('ListEventBuses', input.NextToken)
  if (input.NextToken !== undefined && !position) throw new ValidationException('The NextToken is not valid.')
  const stored = await events.tables.buses.list()
  const all = stored.some(row => row.name === defaultBus) ? stored : [...stored, await busNamed(events, defaultBus)].sort((a, b) => a.name < b.name ? -1 : 1)
  const matching = all.filter(row => row.name.startsWith(input.NamePrefix ?? '') && row.name > String(position?.[0] ?? ''))
  const { page, last } = pageOf(matching, input.Limit ?? 100)
  return { EventBuses: page.map(row => busView(events, row)), ...last && { NextToken: encodeToken('ListEventBuses', [last.name]) } }
}
