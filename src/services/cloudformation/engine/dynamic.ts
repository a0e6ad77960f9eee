import type { Aws } from '../../../contracts/aws.ts'
import { checkReferences, hasReferences, replaceReferences, type DynamicReference, type SecretReference } from '../template/dynamic.ts'
import { isObject } from '../template/template.ts'
import { StepError } from './errors.ts'

/**
 * A resource's properties with the values of parameters and secrets in the place of dynamic references: what a handler is given, and what is
 * never stored. Read as the operation's actor. Throws StepError where one is not there, or is of the other kind.
 */
export async function resolveReferences<T>(aws: Aws, type: string, properties: T): Promise<T> {
  if (!hasReferences(properties)) return properties
  checkReferences(type, properties)
  return await replaceReferences(properties, reference => valueOf(aws, reference)) as T
}

/** The same for properties of what stands already, whose parameters may be gone: those references are left as they are. */
export async function resolveWherePossible<T>(aws: Aws, properties: T): Promise<T> {
  if (!hasReferences(properties)) return properties
  return await replaceReferences(properties, reference => valueOf(aws, reference).catch(() => reference.text)) as T
}

async function valueOf(aws: Aws, reference: DynamicReference): Promise<string> {
  if (reference.service === 'secretsmanager') return secretValue(aws, reference)
  const { service, name, version } = reference
  const secure = service === 'ssm-secure'
  const { Parameter } = await aws.ssm.GetParameter({
    Name: version === undefined ? name : `${name}:${version}`, WithDecryption: secure,
  }).catch((error: Error) => {
    if (!/^Parameter(Version)?NotFound$/.test(error.name)) throw error
    throw new StepError(`Parameters: [${service}:${name}:${version ?? ''}] cannot be found.`)
  })
  if (!secure && Parameter!.Type === 'SecureString') throw new StepError(`Non-secure ssm prefix was used for secure parameter: ${name}`)
  if (secure && Parameter!.Type !== 'SecureString') throw new StepError(`Secure ssm prefix was used for non-secure parameter: ${name}`)
  return Parameter!.Value!
}

/** A secret's text, or a member of it where it is JSON. */
async function secretValue(aws: Aws, { id, key, stage, version }: SecretReference): Promise<string> {
  const { SecretString } = await aws.secretsmanager.GetSecretValue({ SecretId: id, ...stage && { VersionStage: stage }, ...version && { VersionId: version } })
  if (SecretString === undefined) throw new StepError(`Secret ${id} has no SecretString.`)
  if (key === undefined) return SecretString
  let members: unknown
  try {
    members = JSON.parse(SecretString)
  } catch {
    throw new StepError('Could not parse SecretString JSON')
  }
  const value = isObject(members) && Object.hasOwn(members, key) ? members[key] : undefined
  if (value === undefined) throw new StepError('Could not find a value associated with JSONKey in SecretString')
  return typeof value === 'string' ? value : JSON.stringify(value)
}
