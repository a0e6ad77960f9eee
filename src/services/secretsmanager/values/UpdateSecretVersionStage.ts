import { InvalidParameterException, LimitExceededException, stagesPerVersionMax, type Input, type Output, type SecretsManager } from '../state.ts'
import { secretAt, versionsOf, withStage } from '../secrets/secret.ts'
import { moveLabels } from './value.ts'

/** Moves a label from one version to another, or takes it away. AWSCURRENT only moves, and AWSPREVIOUS follows it. */
export async function UpdateSecretVersionStage(
  scope: SecretsManager, input: Input<'UpdateSecretVersionStage'>
): Promise<Output<'UpdateSecretVersionStage'>> {
  const { VersionStage: label = '', RemoveFromVersionId: from, MoveToVersionId: to } = input
  const { at, row } = await secretAt(scope, input.SecretId!)
  const versions = await versionsOf(at, row)
  const holder = withStage(versions, label)
  const target = versions.find(version => version.id === to)
  if (to !== undefined && !target) {
    throw new InvalidParameterException(`The parameter MoveToVersionId is invalid: there is no version ${to} of the secret.`)
  }
  if (from === undefined && to === undefined) throw new InvalidParameterException('You must specify MoveToVersionId, RemoveFromVersionId, or both.')
  if (from === undefined && holder && holder.id !== to) {
    throw new InvalidParameterException("The parameter RemoveFromVersionId can't be empty. "
      + `Staging label ${label} is currently attached to version ${holder.id}, `
      + 'so you must explicitly reference that version in RemoveFromVersionId.')
  }
  if (from !== undefined && holder?.id !== from) {
    throw new InvalidParameterException(`The parameter RemoveFromVersionId is invalid: staging label ${label} is not attached to version ${from}.`)
  }
  if (label === 'AWSCURRENT' && to === undefined) {
    throw new InvalidParameterException("You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.")
  }
  if (target && !target.stages.includes(label) && target.stages.length >= stagesPerVersionMax) {
    throw new LimitExceededException(`You can't attach more than ${stagesPerVersionMax} staging labels to a version.`)
  }
  if (target) await moveLabels(at, versions, target, [label])
  else await at.tables.versions.put({ ...holder!, stages: holder!.stages.filter(stage => stage !== label) })
  await at.tables.secrets.put({ ...row, changedMs: at.now() })
  return { ARN: row.arn, Name: row.name }
}
