import { DeleteServerCertificate } from './DeleteServerCertificate.ts'
import { DeleteSigningCertificate } from './DeleteSigningCertificate.ts'
import { GetServerCertificate } from './GetServerCertificate.ts'
import { ListServerCertificates } from './ListServerCertificates.ts'
import { ListServerCertificateTags } from './ListServerCertificateTags.ts'
import { ListSigningCertificates } from './ListSigningCertificates.ts'
import { TagServerCertificate } from './TagServerCertificate.ts'
import { UntagServerCertificate } from './UntagServerCertificate.ts'
import { UpdateServerCertificate } from './UpdateServerCertificate.ts'
import { UpdateSigningCertificate } from './UpdateSigningCertificate.ts'
import { UploadServerCertificate } from './UploadServerCertificate.ts'
import { UploadSigningCertificate } from './UploadSigningCertificate.ts'

/** Operations on certificates, of servers and of users. */
export const certificates = {
  DeleteServerCertificate, DeleteSigningCertificate, GetServerCertificate, ListServerCertificates, ListServerCertificateTags, ListSigningCertificates,
  TagServerCertificate, UntagServerCertificate, UpdateServerCertificate, UpdateSigningCertificate, UploadServerCertificate, UploadSigningCertificate,
}
