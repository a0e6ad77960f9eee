import { globalArn } from '../../../platform/arns.ts'
import { checkName } from '../entities.ts'
import { EntityAlreadyExists, type Iam, type Input, type Output } from '../state.ts'
import { serverCertificate } from './certificate.ts'

/** Changes the name and the path of a server's certificate. Errors: EntityAlreadyExists, NoSuchEntity. */
export async function UpdateServerCertificate(iam: Iam, input: Input<'UpdateServerCertificate'>): Output<'UpdateServerCertificate'> {
  const row = await serverCertificate(iam, input.ServerCertificateName)
  const { NewServerCertificateName: name = row.name, NewPath: path = row.path } = input
  checkName('newServerCertificateName', name, 128)
  if (name.toLowerCase() !== row.name.toLowerCase() && await iam.tables.serverCertificates.get(name.toLowerCase())) {
    throw new EntityAlreadyExists(`The Server Certificate with name ${name} already exists.`)
  }
  await iam.tables.serverCertificates.delete(row.name.toLowerCase())
  await iam.tables.serverCertificates.put({ ...row, name, path, arn: globalArn(iam, 'iam', `server-certificate${path}${name}`) })
  return {}
}
