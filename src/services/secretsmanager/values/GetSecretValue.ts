import { InvalidRequestException, ResourceNotFoundException, type Input, type Output, type SecretsManager } from '../state.ts'
import { dayOf, secretAt, versionsOf, withStage, type Found } from '../secrets/secret.ts'
import { openValue } from './value.ts'

/** A value of a secret: the current one, or that of a version or label. */
export async function GetSecretValue(scope: SecretsManager, input: Input<'GetSecretValue'>): Promise<Output<'GetSecretValue'>> {
  return valueOf(await secretAt(scope, input.SecretId!), input, scope)
}

export async function valueOf({ at, row }: Found, wanted: { VersionId?: string | undefined, VersionStage?: string | undefined }, caller: SecretsManager) {
  const { VersionId: id, VersionStage: stage } = wanted
  if (at.account !== caller.account && row.kmsKeyId === undefined) {
    throw new InvalidRequestException(
      "You can't access a secret from a different AWS account if you encrypt the secret with the default KMS service key."
    )
  }
  const versions = await versionsOf(at, row)
  const version = id === undefined ? withStage(versions, stage ?? 'AWSCURRENT') : versions.find(one => one.id === id)
  if (version && id !== undefined && stage !== undefined && !version.stages.includes(stage)) {
    throw new InvalidRequestException('You provided a VersionStage that is not associated to the provided VersionId.')
  }
  if (!version?.value) {
    const what = id === undefined ? `staging label: ${stage ?? 'AWSCURRENT'}` : `VersionId: ${id}`
    throw new ResourceNotFoundException(`Secrets Manager can't find the specified secret value for ${what}`)
  }
  const value = await openValue(at, row, version)
  await noteAccess({ at, row }, version.id)
  return { ARN: row.arn, Name: row.name, VersionId: version.id, ...value, VersionStages: version.stages, CreatedDate: new Date(version.createdMs) }
}

/** The day of the last access, written once a day. */
async function noteAccess({ at, row }: Found, versionId: string): Promise<void> {
  const accessedMs = dayOf(at.now())
  if (row.accessedMs !== accessedMs) await at.tables.secrets.put({ ...row, accessedMs })
  const version = (await at.tables.versions.get(row.arn, versionId))!
  if (version.accessedMs !== accessedMs) await at.tables.versions.put({ ...version, accessedMs })
}
