import { newIamSuffix } from '../../../platform/ids.ts'
import { userOrCaller } from '../caller.ts'
import { entity } from '../entities.ts'
import { DuplicateCertificate, LimitExceeded, type Iam, type Input, type Output } from '../state.ts'
import { readCertificate, signingCertificatesPerUserMax, signingView } from './certificate.ts'

/** Keeps an X.509 certificate of a user, of which there are two at most. Errors: DuplicateCertificate, LimitExceeded, MalformedCertificate. */
export async function UploadSigningCertificate(iam: Iam, input: Input<'UploadSigningCertificate'>): Output<'UploadSigningCertificate'> {
  const user = await entity(iam, 'user', userOrCaller(iam, input.UserName))
  const { fingerprint256 } = readCertificate(input.CertificateBody!, 'certificate')
  const rows = await iam.tables.signingCertificates.list({ prefix: [user.name.toLowerCase()] })
  if (rows.some(row => readCertificate(row.body, 'certificate').fingerprint256 === fingerprint256)) {
    throw new DuplicateCertificate('The certificate is already associated with an IAM user.')
  }
  if (rows.length >= signingCertificatesPerUserMax) throw new LimitExceeded(`Cannot exceed quota for CertificatesPerUser: ${signingCertificatesPerUserMax}`)
  const row = {
    user: user.name, id: `ASCA${newIamSuffix()}${newIamSuffix()}`.slice(0, 32), body: input.CertificateBody!, status: 'Active' as const, createdAt: iam.now()
  }
  await iam.tables.signingCertificates.put(row)
  return { Certificate: signingView(row) }
}
