import { repositoryAt, type Ecr, type Input, type Output } from '../state.ts'

/** Says whether images are scanned when they are pushed. Errors: RepositoryNotFoundException. */
export async function PutImageScanningConfiguration(ecr: Ecr, input: Input<'PutImageScanningConfiguration'>): Promise<Output<'PutImageScanningConfiguration'>> {
  const row = await repositoryAt(ecr, input)
  const scanOnPush = input.imageScanningConfiguration?.scanOnPush ?? false
  await ecr.tables.repositories.put({ ...row, scanOnPush })
  return { registryId: ecr.account, repositoryName: row.name, imageScanningConfiguration: { scanOnPush } }
}
