import { paged, readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { creationView, stateOf } from './creation.ts'

export async function ListCreateAccountStatus(orgs: Orgs, input: Input<'ListCreateAccountStatus'>): Output<'ListCreateAccountStatus'> {
  const org = await readable(orgs)
  const rows = await orgs.tables.creations.list({ prefix: [org.id] })
  const wanted = rows.filter(row => !input.States?.length || input.States.includes(stateOf(row)))
  const { page, ...next } = paged(input, wanted, row => row.id)
  return { CreateAccountStatuses: page.map(creationView), ...next }
}
