import { decodeToken, encodeToken } from '../../../platform/pagination.ts'
import { InvalidNextTokenException, type Input, type Output, type SecretsManager } from '../state.ts'
import { secretAt, versionsOf } from '../secrets/secret.ts'

/** The versions of a secret; those without labels only with IncludeDeprecated. */
export async function ListSecretVersionIds(scope: SecretsManager, input: Input<'ListSecretVersionIds'>): Promise<Output<'ListSecretVersionIds'>> {
  const { at, row } = await secretAt(scope, input.SecretId!, { deleted: true })
  const token = input.NextToken === undefined ? undefined : decodeToken('ListSecretVersionIds', input.NextToken)
  if (input.NextToken !== undefined && !token) throw new InvalidNextTokenException('Invalid token')
  const limit = input.MaxResults ?? 100
  const rest = (await versionsOf(at, row)).filter(({ id, stages }) => (input.IncludeDeprecated || stages.length > 0) && (!token || id > String(token[0])))
  const Versions = rest.slice(0, limit).map(({ id, stages, createdMs, accessedMs, value }) => ({
    VersionId: id, VersionStages: stages, CreatedDate: new Date(createdMs), ...accessedMs !== undefined && { LastAccessedDate: new Date(accessedMs) },
    ...value && { KmsKeyIds: [value.keyArn ?? 'DefaultEncryptionKey'] },
  }))
  return { Versions, ARN: row.arn, Name: row.name, ...rest.length > limit && { NextToken: encodeToken('ListSecretVersionIds', [Versions.at(-1)!.VersionId]) } }
}
