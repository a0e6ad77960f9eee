import { parseArn } from '../../../platform/arns.ts'
import {
  InvalidRequestException, ResourceNotFoundException, secretArn, ValidationException, type SecretRow, type SecretsManager, type VersionRow,
} from '../state.ts'

/** A secret and the scope of the account that owns it. */
export interface Found { at: SecretsManager, row: SecretRow }

/** A secret by name, ARN or partial ARN (without the six characters); undefined where there is none. */
export async function findSecret(scope: SecretsManager, id: string): Promise<Found | undefined> {
  const parsed = id.startsWith('arn:') ? parseArn(id) : undefined
  if (!parsed) return found(scope, await scope.tables.secrets.get(id))
  if (parsed.service !== 'secretsmanager' || parsed.region !== scope.region || !parsed.resource.startsWith('secret:')) return undefined
  const at = parsed.account === scope.account ? scope : scope.in({ account: parsed.account }) as SecretsManager
  const name = parsed.resource.slice('secret:'.length)
  const whole = /^(.+)-[a-zA-Z0-9]{6}$/.exec(name)
  const row = whole ? await at.tables.secrets.get(whole[1]!) : undefined
  if (row?.arn === id) return { at, row }
  return found(at, await at.tables.secrets.get(name))
}

const found = (at: SecretsManager, row: SecretRow | undefined): Found | undefined => row && { at, row }

/** The same, or ResourceNotFoundException. A secret that is marked for deletion is InvalidRequestException, unless it may be `deleted`. */
export async function secretAt(scope: SecretsManager, id: string, { deleted = false } = {}): Promise<Found> {
  checkName(id)
  const secret = await findSecret(scope, id)
  if (!secret) throw new ResourceNotFoundException("Secrets Manager can't find the specified secret.")
  if (secret.row.deletionMs !== undefined && !deleted) {
    throw new InvalidRequestException("You can't perform this operation on the secret because it was marked for deletion.")
  }
  return secret
}

export function checkName(name: string): void {
  if (name.startsWith('arn:') || /^[A-Za-z0-9/_+=.@!-]+$/.test(name)) return
  throw new ValidationException('Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!')
}

/** The ARN that policies are asked about: the secret's, or what a secret of the name would have. */
export async function arnToAuthorize(scope: SecretsManager, id: string | undefined): Promise<string> {
  if (id === undefined) return '*'
  return (await findSecret(scope, id))?.row.arn ?? (id.startsWith('arn:') ? id : secretArn(scope, `${id}-??????`))
}

export const versionsOf = (at: SecretsManager, row: SecretRow): Promise<VersionRow[]> => at.tables.versions.list({ prefix: [row.arn] })

export const withStage = (versions: readonly VersionRow[], stage: string): VersionRow | undefined => versions.find(version => version.stages.includes(stage))

/** The labels of the versions that have some. */
export const stagesOf = (versions: readonly VersionRow[]): Record<string, string[]> =>
  Object.fromEntries(versions.filter(({ stages }) => stages.length > 0).map(({ id, stages }) => [id, stages]))

export async function removeSecret(at: SecretsManager, row: SecretRow): Promise<void> {
  for (const { id } of await versionsOf(at, row)) await at.tables.versions.delete(row.arn, id)
  await at.tables.secrets.delete(row.name)
  at.cancel('purge', row.arn)
  at.cancel('rotateOnSchedule', row.arn)
}

/** Midnight before: dates of the last access have no time of the day. */
export const dayOf = (ms: number): number => Math.floor(ms / 86_400_000) * 86_400_000
