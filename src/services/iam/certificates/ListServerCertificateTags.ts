import { tagsToList } from '../../../platform/tags.ts'
import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { serverCertificate } from './certificate.ts'

/** Lists the tags of a server's certificate. */
export async function ListServerCertificateTags(iam: Iam, input: Input<'ListServerCertificateTags'>): Output<'ListServerCertificateTags'> {
  const row = await serverCertificate(iam, input.ServerCertificateName)
  const { page, next } = pageBy(`tags ${row.id}`, tagsToList(row.tags), input, tag => tag.Key)
  return { Tags: page, ...next }
}
