import { managed } from '../organization.ts'
import { constraintViolation, type Input, type Orgs, type Output } from '../state.ts'
import { checkService } from './service.ts'

/** Takes the trust in a service back, which nobody may administer any more. */
export async function DisableAWSServiceAccess(orgs: Orgs, input: Input<'DisableAWSServiceAccess'>): Output<'DisableAWSServiceAccess'> {
  const org = await managed(orgs)
  checkService(input.ServicePrincipal!)
  if ((await orgs.tables.administrators.list({ prefix: [org.id] })).some(({ service }) => service === input.ServicePrincipal)) {
    throw constraintViolation('DELEGATED_ADMINISTRATOR_EXISTS_FOR_THIS_SERVICE', 'You must first deregister all delegated administrators of this service.')
  }
  const { [input.ServicePrincipal!]: _gone, ...services } = org.services
  await orgs.tables.organizations.put({ ...org, services })
  return {}
}
