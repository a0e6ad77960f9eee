import { InvalidParameterException, type Input, type Output, type SecretsManager } from '../state.ts'
import { secretAt } from '../secrets/secret.ts'
import { addVersion, checkToken, checkValue } from './value.ts'

/** Adds a version to a secret, labelled AWSCURRENT or as it says. */
export async function PutSecretValue(scope: SecretsManager, input: Input<'PutSecretValue'>): Promise<Output<'PutSecretValue'>> {
  const { ClientRequestToken: token, VersionStages: labels = ['AWSCURRENT'] } = input
  checkToken(token)
  if (input.RotationToken !== undefined) throw new InvalidParameterException('RotationToken is not supported by Fogbank: no rotation hands one out.')
  checkValue(input, true)
  const { at, row } = await secretAt(scope, input.SecretId!)
  if (await addVersion(at, row, token, input, labels)) await at.tables.secrets.put({ ...row, changedMs: at.now() })
  const version = await at.tables.versions.get(row.arn, token)
  return { ARN: row.arn, Name: row.name, VersionId: token, VersionStages: version!.stages }
}
