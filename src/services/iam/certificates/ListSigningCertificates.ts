import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { signingView } from './certificate.ts'

/** Lists the signing certificates of a user. */
export async function ListSigningCertificates(iam: Iam, input: Input<'ListSigningCertificates'>): Output<'ListSigningCertificates'> {
  const user = await entity(iam, 'user', userOrCaller(iam, input.UserName))
  const { page, next } = pageBy(`signing ${user.id}`, await iam.tables.signingCertificates.list({ prefix: [user.name.toLowerCase()] }), input, row => row.id)
  return { Certificates: page.map(signingView), ...next }
}
