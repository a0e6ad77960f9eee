import type { Aws } from '../../../contracts/aws.ts'
import { checkReferences, hasReferences, replaceReferences, type DynamicReference } from '../template/dynamic.ts'
import { StepError } from './errors.ts'

/**
 * A resource's properties with the values of the parameter store in the place of dynamic references: what a handler is given, and what is
 * never stored. Read as the operation's actor. Throws StepError where a parameter is not there, or is of the other kind.
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

async function valueOf(aws: Aws, { service, name, version }: DynamicReference): Promise<string> {
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
