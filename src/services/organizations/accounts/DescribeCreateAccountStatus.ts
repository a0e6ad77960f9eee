import { readable } from '../organization.ts'
import { CreateAccountStatusNotFoundException, type Input, type Orgs, type Output } from '../state.ts'
import { creationView } from './creation.ts'

export async function DescribeCreateAccountStatus(orgs: Orgs, input: Input<'DescribeCreateAccountStatus'>): Output<'DescribeCreateAccountStatus'> {
  const org = await readable(orgs)
  const row = await orgs.tables.creations.get(org.id, input.CreateAccountRequestId ?? '')
  if (!row) throw new CreateAccountStatusNotFoundException("We can't find an create account request with the CreateAccountRequestId that you specified.")
  return { CreateAccountStatus: creationView(row) }
}
