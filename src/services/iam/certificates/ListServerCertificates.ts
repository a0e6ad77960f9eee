import { pageBy } from '../pages.ts'
import type { Iam, Input, Output } from '../state.ts'
import { serverMetadata } from './certificate.ts'

/** Lists the certificates of servers under a path. */
export async function ListServerCertificates(iam: Iam, input: Input<'ListServerCertificates'>): Output<'ListServerCertificates'> {
  const rows = (await iam.tables.serverCertificates.list()).filter(row => row.path.startsWith(input.PathPrefix ?? '/'))
  const { page, next } = pageBy('server certificates', rows, input, row => row.name.toLowerCase())
  return { ServerCertificateMetadataList: page.map(serverMetadata), ...next }
}
