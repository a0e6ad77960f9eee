import { checkedTags } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { serverCertificate } from './certificate.ts'

/** Adds tags to a server's certificate; a tag of the same key is replaced. */
export async function TagServerCertificate(iam: Iam, input: Input<'TagServerCertificate'>): Output<'TagServerCertificate'> {
  const row = await serverCertificate(iam, input.ServerCertificateName)
  await iam.tables.serverCertificates.put({ ...row, tags: checkedTags(input.Tags, row.tags) })
  return {}
}
