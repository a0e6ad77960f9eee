import { accountIn, managed } from '../organization.ts'
import { AccountAlreadyRegisteredException, constraintViolation, type Input, type Orgs, type Output } from '../state.ts'
import { checkAllFeatures, checkService } from './service.ts'

/** Lets a member account administer a trusted service: it may then read the organization. */
export async function RegisterDelegatedAdministrator(
  orgs: Orgs, input: Input<'RegisterDelegatedAdministrator'>,
): Output<'RegisterDelegatedAdministrator'> {
  const org = await managed(orgs)
  const { account } = await accountIn(orgs, org, input.AccountId)
  const service = input.ServicePrincipal!
  checkService(service)
  checkAllFeatures(org)
  if (account === org.managementAccount) {
    throw constraintViolation(
      'CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR', 'You cannot register master account/yourself as delegated administrator for your organization.'
    )
  }
  if (org.services[service] === undefined) {
    throw constraintViolation('SERVICE_ACCESS_NOT_ENABLED', 'You must enable service access before you can register a delegated administrator for the service.')
  }
  if (await orgs.tables.administrators.get(org.id, account, service)) {
    throw new AccountAlreadyRegisteredException('The specified account is already a delegated administrator for this AWS service.')
  }
  await orgs.tables.administrators.put({ organization: org.id, account, service, enabledMs: orgs.now() })
  return {}
}
