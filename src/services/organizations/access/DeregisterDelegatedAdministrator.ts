import { accountIn, managed } from '../organization.ts'
import { AccountNotRegisteredException, type Input, type Orgs, type Output } from '../state.ts'
import { checkService } from './service.ts'

export async function DeregisterDelegatedAdministrator(
  orgs: Orgs, input: Input<'DeregisterDelegatedAdministrator'>,
): Output<'DeregisterDelegatedAdministrator'> {
  const org = await managed(orgs)
  const { account } = await accountIn(orgs, org, input.AccountId)
  checkService(input.ServicePrincipal!)
  if (!await orgs.tables.administrators.get(org.id, account, input.ServicePrincipal!)) {
    throw new AccountNotRegisteredException('The specified account is not a delegated administrator for this AWS service.')
  }
  await orgs.tables.administrators.delete(org.id, account, input.ServicePrincipal!)
  return {}
}
