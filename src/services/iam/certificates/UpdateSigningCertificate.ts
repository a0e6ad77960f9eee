import type { Iam, Input, Output } from '../state.ts'
import { signingCertificate } from './certificate.ts'

/** Switches a signing certificate off (`Inactive`) or on. */
export async function UpdateSigningCertificate(iam: Iam, input: Input<'UpdateSigningCertificate'>): Output<'UpdateSigningCertificate'> {
  const row = await signingCertificate(iam, input.UserName, input.CertificateId)
  await iam.tables.signingCertificates.put({ ...row, status: input.Status === 'Inactive' ? 'Inactive' : 'Active' })
  return {}
}
