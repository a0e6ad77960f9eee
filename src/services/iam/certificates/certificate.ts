import { createPrivateKey, X509Certificate } from 'node:crypto'
import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import { KeyPairMismatch, MalformedCertificate, NoSuchEntity, type Iam, type ServerCertificateRow, type SigningCertificateRow } from '../state.ts'

export const signingCertificatesPerUserMax = 2
export const serverCertificatesMax = 20

/** A certificate in PEM; throws MalformedCertificate. */
export function readCertificate(pem: string, what: string): X509Certificate {
  try {
    return new X509Certificate(pem)
  } catch {
    throw new MalformedCertificate(`Unable to parse ${what}. Please ensure the certificate is in PEM format.`)
  }
}

/** Throws where the private key is none, or not the certificate's. */
export function checkPrivateKey(certificate: X509Certificate, privateKey: string): void {
  let key
  try {
    key = createPrivateKey(privateKey)
  } catch {
    throw new MalformedCertificate('Unable to parse key; no encapsulated header found for PrivateKey. Please ensure it is unencrypted PEM.')
  }
  if (!certificate.checkPrivateKey(key)) throw new KeyPairMismatch('Public Key Certificate and Private Key do not match.')
}

export async function signingCertificate(iam: Iam, userName: string | undefined, id: string | undefined): Promise<SigningCertificateRow> {
  const user = await entity(iam, 'user', userOrCaller(iam, userName))
  const row = await iam.tables.signingCertificates.get(user.name.toLowerCase(), id!)
  if (!row) throw new NoSuchEntity(`The Certificate with id ${id} cannot be found.`)
  return row
}

export async function serverCertificate(iam: Iam, name: string | undefined): Promise<ServerCertificateRow> {
  const row = await iam.tables.serverCertificates.get(String(name).toLowerCase())
  if (!row) throw new NoSuchEntity(`The Server Certificate with name ${name} cannot be found.`)
  return row
}

export const signingView = (row: SigningCertificateRow) =>
  ({ UserName: row.user, CertificateId: row.id, CertificateBody: row.body, Status: row.status, UploadDate: new Date(row.createdAt) })

export const serverMetadata = (row: ServerCertificateRow) => ({
  Path: row.path, ServerCertificateName: row.name, ServerCertificateId: row.id, Arn: row.arn, UploadDate: new Date(row.createdAt),
  Expiration: new Date(row.expiresAt),
})
