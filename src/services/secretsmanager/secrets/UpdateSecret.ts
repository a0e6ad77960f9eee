import { InvalidParameterException, type Input, type Output, type SecretRow, type SecretsManager } from '../state.ts'
import { addVersion, checkToken, checkValue, openValue, sealValue } from '../values/value.ts'
import { secretAt, versionsOf } from './secret.ts'

const sealedAnew = ['AWSCURRENT', 'AWSPREVIOUS', 'AWSPENDING']

/** Changes a secret's description, its key, its value: the labelled versions are sealed anew with the new key. */
export async function UpdateSecret(scope: SecretsManager, input: Input<'UpdateSecret'>): Promise<Output<'UpdateSecret'>> {
  const { ClientRequestToken: token } = input
  checkToken(token)
  if (input.Type !== undefined) throw new InvalidParameterException('Type is not supported by Fogbank: secrets of partners are not managed.')
  checkValue(input, false)
  const { at, row: before } = await secretAt(scope, input.SecretId!)
  const row: SecretRow = {
    ...before, changedMs: at.now(), ...input.Description !== undefined && { description: input.Description },
    ...input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId },
  }
  if (row.kmsKeyId !== before.kmsKeyId) await sealAnew(at, before, row)
  await at.tables.secrets.put(row)
  if (input.SecretString === undefined && input.SecretBinary === undefined) return { ARN: row.arn, Name: row.name }
  await addVersion(at, row, token, input, ['AWSCURRENT'])
  return { ARN: row.arn, Name: row.name, VersionId: token }
}

async function sealAnew(at: SecretsManager, before: SecretRow, row: SecretRow): Promise<void> {
  for (const version of await versionsOf(at, before)) {
    if (!version.value || !version.stages.some(stage => sealedAnew.includes(stage))) continue
    await at.tables.versions.put({ ...version, ...await sealValue(at, row, version.id, await openValue(at, before, version)) })
  }
}
