import { tagsToList } from '../../../platform/tags.ts'
import type { Iam, Input, Output } from '../state.ts'
import { serverCertificate, serverMetadata } from './certificate.ts'

/** Answers a server's certificate and chain, without its key. */
export async function GetServerCertificate(iam: Iam, input: Input<'GetServerCertificate'>): Output<'GetServerCertificate'> {
  const row = await serverCertificate(iam, input.ServerCertificateName)
  return { ServerCertificate: {
    ServerCertificateMetadata: serverMetadata(row), CertificateBody: row.body, ...row.chain !== undefined && { CertificateChain: row.chain },
    Tags: tagsToList(row.tags),
  } }
}
