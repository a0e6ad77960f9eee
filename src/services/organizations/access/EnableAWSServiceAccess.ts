import { managed } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { checkAllFeatures, checkService } from './service.ts'

/** Trusts a service of AWS with the organization. */
export async function EnableAWSServiceAccess(orgs: Orgs, input: Input<'EnableAWSServiceAccess'>): Output<'EnableAWSServiceAccess'> {
  const org = await managed(orgs)
  const service = input.ServicePrincipal!
  checkService(service)
  checkAllFeatures(org)
  await orgs.tables.organizations.put({ ...org, services: { [service]: orgs.now(), ...org.services } })
  return {}
}
