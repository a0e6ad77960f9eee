import type { Iam, Input, Output } from '../state.ts'
import { serverCertificate } from './certificate.ts'

/** Forgets a server's certificate and its key. */
export async function DeleteServerCertificate(iam: Iam, input: Input<'DeleteServerCertificate'>): Output<'DeleteServerCertificate'> {
  const row = await serverCertificate(iam, input.ServerCertificateName)
  await iam.tables.serverCertificates.delete(row.name.toLowerCase())
  return {}
}
