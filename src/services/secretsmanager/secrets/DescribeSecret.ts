import type { Input, Output, SecretRow, SecretsManager, VersionRow } from '../state.ts'
import { secretAt, stagesOf, versionsOf } from './secret.ts'
import { tagsToList } from '../../../platform/tags.ts'

/** Everything about a secret but its value; also of one that is marked for deletion. */
export async function DescribeSecret(scope: SecretsManager, input: Input<'DescribeSecret'>): Promise<Output<'DescribeSecret'>> {
  const { at, row } = await secretAt(scope, input.SecretId!, { deleted: true })
  const stages = stagesOf(await versionsOf(at, row))
  return { ...secretView(row), ...Object.keys(stages).length > 0 && { VersionIdsToStages: stages } }
}

const date = <Name extends string>(name: Name, ms: number | undefined) => (ms === undefined ? {} : { [name]: new Date(ms) }) as { [K in Name]?: Date }

/** What DescribeSecret and ListSecrets both tell. */
export const secretView = (row: SecretRow) => ({
  ARN: row.arn, Name: row.name, ...row.description !== undefined && { Description: row.description },
  ...row.kmsKeyId !== undefined && { KmsKeyId: row.kmsKeyId },
  ...row.rotation && {
    RotationEnabled: row.rotation.enabled, RotationLambdaARN: row.rotation.lambdaArn, ...row.rotation.rules && { RotationRules: row.rotation.rules },
    ...date('LastRotatedDate', row.rotation.lastMs), ...row.rotation.enabled && date('NextRotationDate', row.rotation.nextEndMs),
  },
  ...date('CreatedDate', row.createdMs), ...date('LastChangedDate', row.changedMs), ...date('LastAccessedDate', row.accessedMs),
  ...date('DeletedDate', row.deletionMs), ...Object.keys(row.tags).length > 0 && { Tags: tagsToList(row.tags) },
})

/** An entry of ListSecrets. */
export const listedView = (row: SecretRow, versions: readonly VersionRow[]) => ({ ...secretView(row), SecretVersionsToStages: stagesOf(versions) })
