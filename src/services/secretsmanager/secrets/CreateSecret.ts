import { newCode } from '../../../platform/ids.ts'
import { tagProblem, tagsFromList } from '../../../platform/tags.ts'
import {
  InvalidParameterException, InvalidRequestException, ResourceExistsException, secretArn, type Input, type Output, type SecretRow, type SecretsManager,
} from '../state.ts'
import { addVersion, checkToken, checkValue } from '../values/value.ts'
import { checkName } from './secret.ts'

const suffixLetters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/** Creates a secret, with its first value where one is given. The same token, name and value again is the same secret. */
export async function CreateSecret(scope: SecretsManager, input: Input<'CreateSecret'>): Promise<Output<'CreateSecret'>> {
  const { Name: name = '', ClientRequestToken: token } = input
  checkToken(token)
  checkName(name)
  refuseUnhonoured(input)
  checkValue(input, false)
  const hasValue = input.SecretString !== undefined || input.SecretBinary !== undefined
  const before = await scope.tables.secrets.get(name)
  if (before) return existing(scope, before, token, input)
  const tags = tagsFromList(input.Tags)
  const problem = tagProblem(tags)
  if (problem) throw new InvalidParameterException(problem)
  const now = scope.now()
  const row: SecretRow = {
    name, arn: secretArn(scope, `${name}-${newCode(6, suffixLetters)}`), tags, createdMs: now, changedMs: now,
    ...input.Description !== undefined && { description: input.Description }, ...input.KmsKeyId !== undefined && { kmsKeyId: input.KmsKeyId },
  }
  await scope.tables.secrets.put(row)
  if (!hasValue) return { ARN: row.arn, Name: name }
  await addVersion(scope, row, token, input, ['AWSCURRENT'])
  return { ARN: row.arn, Name: name, VersionId: token }
}

function refuseUnhonoured(input: Input<'CreateSecret'>): void {
  if (input.AddReplicaRegions?.length) throw new InvalidParameterException('AddReplicaRegions is not supported by Fogbank: a secret lives in one region.')
  if (input.Type !== undefined) throw new InvalidParameterException('Type is not supported by Fogbank: secrets of partners are not managed.')
}

async function existing(scope: SecretsManager, row: SecretRow, token: string, input: Input<'CreateSecret'>): Promise<Output<'CreateSecret'>> {
  if (row.deletionMs !== undefined) {
    throw new InvalidRequestException("You can't create this secret because a secret with this name is already scheduled for deletion.")
  }
  // A request that is sent again: its version stands, and addVersion compares the value.
  const known = await scope.tables.versions.get(row.arn, token)
  if (!known?.value || (input.SecretString === undefined && input.SecretBinary === undefined)) {
    throw new ResourceExistsException(`The operation failed because the secret ${row.name} already exists.`)
  }
  await addVersion(scope, row, token, input, [])
  return { ARN: row.arn, Name: row.name, VersionId: token }
}
