import { withoutTags } from '../entities.ts'
import type { Iam, Input, Output } from '../state.ts'
import { serverCertificate } from './certificate.ts'

/** Takes tags from a server's certificate; a key it has not is no error. */
export async function UntagServerCertificate(iam: Iam, input: Input<'UntagServerCertificate'>): Output<'UntagServerCertificate'> {
  const row = await serverCertificate(iam, input.ServerCertificateName)
  await iam.tables.serverCertificates.put({ ...row, tags: withoutTags(row.tags, input.TagKeys) })
  return {}
}
