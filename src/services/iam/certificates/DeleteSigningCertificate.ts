import type { Iam, Input, Output } from '../state.ts'
import { signingCertificate } from './certificate.ts'

/** Forgets a signing certificate of a user. */
export async function DeleteSigningCertificate(iam: Iam, input: Input<'DeleteSigningCertificate'>): Output<'DeleteSigningCertificate'> {
  const row = await signingCertificate(iam, input.UserName, input.CertificateId)
  await iam.tables.signingCertificates.delete(row.user.toLowerCase(), row.id)
  return {}
}
