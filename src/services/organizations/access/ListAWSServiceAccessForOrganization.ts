import { paged, readable } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'

/** The services that are trusted with the organization. */
export async function ListAWSServiceAccessForOrganization(
  orgs: Orgs, input: Input<'ListAWSServiceAccessForOrganization'>,
): Output<'ListAWSServiceAccessForOrganization'> {
  const { page, ...next } = paged(input, Object.entries((await readable(orgs)).services), ([service]) => service)
  return { EnabledServicePrincipals: page.map(([ServicePrincipal, at]) => ({ ServicePrincipal, DateEnabled: new Date(at) })), ...next }
}
