import { globalArn } from '../../../platform/arns.ts'
import { newIamSuffix } from '../../../platform/ids.ts'
import { tagsToList } from '../../../platform/tags.ts'
import { checkedTags, checkName } from '../entities.ts'
import { EntityAlreadyExists, LimitExceeded, type Iam, type Input, type Output } from '../state.ts'
import { checkPrivateKey, readCertificate, serverCertificatesMax, serverMetadata } from './certificate.ts'

/** Keeps a certificate with its key and chain, for servers. Errors: EntityAlreadyExists, KeyPairMismatch, LimitExceeded, MalformedCertificate. */
export async function UploadServerCertificate(iam: Iam, input: Input<'UploadServerCertificate'>): Output<'UploadServerCertificate'> {
  const name = input.ServerCertificateName
  checkName('serverCertificateName', name, 128)
  const certificate = readCertificate(input.CertificateBody!, 'certificate')
  checkPrivateKey(certificate, input.PrivateKey!)
  if (input.CertificateChain !== undefined) readCertificate(input.CertificateChain, 'certificate chain')
  if (await iam.tables.serverCertificates.get(name.toLowerCase())) throw new EntityAlreadyExists(`The Server Certificate with name ${name} already exists.`)
  if ((await iam.tables.serverCertificates.list()).length >= serverCertificatesMax) {
    throw new LimitExceeded(`Cannot exceed quota for ServerCertificatesPerAccount: ${serverCertificatesMax}`)
  }
  const path = input.Path ?? '/'
  const row = {
    name, path, id: `ASCA${newIamSuffix()}`, arn: globalArn(iam, 'iam', `server-certificate${path}${name}`), body: input.CertificateBody!,
    privateKey: input.PrivateKey!,
    createdAt: iam.now(), expiresAt: Date.parse(certificate.validTo), tags: checkedTags(input.Tags),
    ...input.CertificateChain !== undefined && { chain: input.CertificateChain },
  }
  await iam.tables.serverCertificates.put(row)
  return { ServerCertificateMetadata: serverMetadata(row), ...input.Tags && { Tags: tagsToList(row.tags) } }
}
