import { ValidationError, isObject } from './template.ts'

/** A dynamic reference as it stands in a property: `{{resolve:ssm:/name:3}}`. */
export type DynamicReference = ParameterReference | SecretReference

export interface ParameterReference { text: string, service: 'ssm' | 'ssm-secure', name: string, version?: string }

/** `{{resolve:secretsmanager:ID:SecretString:KEY:STAGE:VERSION}}`, where all but the id may be left out. */
export interface SecretReference { text: string, service: 'secretsmanager', id: string, key?: string, stage?: string, version?: string }

/** A template may have as many. */
export const dynamicReferencesMax = 60

const pattern = /\{\{resolve:([\w-]+):([^{}]*)\}\}/g
const has = /\{\{resolve:[\w-]+:/

/** Where a reference to a secure string may stand: AWS's list. */
const secureProperties: Record<string, string[]> = {
  'AWS::DirectoryService::MicrosoftAD': ['Password'], 'AWS::DirectoryService::SimpleAD': ['Password'], 'AWS::ElastiCache::ReplicationGroup': ['AuthToken'],
  'AWS::IAM::User': ['LoginProfile/Password'], 'AWS::KinesisFirehose::DeliveryStream': ['RedshiftDestinationConfiguration/Password'],
  'AWS::OpsWorks::App': ['AppSource/Password'], 'AWS::OpsWorks::Stack': ['CustomCookbooksSource/Password', 'RdsDbInstances/DbPassword'],
  'AWS::RDS::DBCluster': ['MasterUserPassword'], 'AWS::RDS::DBInstance': ['MasterUserPassword'], 'AWS::Redshift::Cluster': ['MasterUserPassword'],
}

export const hasReferences = (value: unknown): boolean => has.test(JSON.stringify(value) ?? '')

/** The dynamic references in a text, checked. Throws ValidationError for one of another service, or without a name. */
export function referencesIn(text: string): DynamicReference[] {
  return [...text.matchAll(pattern)].map(([whole, service, rest]): DynamicReference => {
    if (service === 'secretsmanager') return secretReference(whole, rest!)
    if (service !== 'ssm' && service !== 'ssm-secure') throw new ValidationError(`Dynamic references to ${service} are not implemented by Fogbank.`)
    const [, name, version] = /^((?:arn:aws[\w-]*:ssm:[\w-]*:\d{12}:parameter)?[a-zA-Z0-9_.\-/]+)(?::(\d+))?$/.exec(rest!) ?? []
    if (name === undefined) throw new ValidationError(`Incorrect format is used in the following SSM reference: [${whole}]`)
    return { text: whole, service, name, ...version !== undefined && { version } }
  })
}

function secretReference(text: string, rest: string): SecretReference {
  const form = /^(arn:[\w-]+:secretsmanager:[\w-]+:\d{12}:secret:[^:]+|[^:]+)(?::([^:]*))?(?::([^:]*))?(?::([^:]*))?(?::([^:]*))?(.*)$/
  const [, id, part = 'SecretString', key, stage, version, more] = form.exec(rest) ?? []
  if (id === undefined || more !== '' || (part !== '' && part !== 'SecretString') || (stage && version)) {
    throw new ValidationError(`Incorrect format is used in the following Secrets Manager reference: [${text}]`)
  }
  return { text, service: 'secretsmanager', id, ...key && { key }, ...stage && { stage }, ...version && { version } }
}

/** Checks the references of a resource's properties before anything is made. Throws ValidationError in CloudFormation's words. */
export function checkReferences(type: string, properties: unknown): number {
  let count = 0
  const refused = new Set<string>()
  const visit = (value: unknown, path: string[]): void => {
    if (Array.isArray(value)) return value.forEach(item => visit(item, path))
    if (isObject(value)) return Object.entries(value).forEach(([name, member]) => visit(member, name.startsWith('Fn::') ? path : [...path, name]))
    if (typeof value !== 'string') return
    // What a function fills in is checked when it is resolved.
    if (value.includes('${')) return
    for (const reference of referencesIn(value)) {
      count++
      if (reference.service === 'ssm-secure' && !secureProperties[type]?.includes(path.join('/'))) refused.add([type, 'Properties', ...path].join('/'))
    }
  }
  visit(properties, [])
  if (refused.size > 0) throw new ValidationError(`SSM Secure reference is not supported in: [${[...refused].join(', ')}]`)
  return count
}

/** The value with every reference replaced by what it stands for. */
export async function replaceReferences(value: unknown, resolve: (reference: DynamicReference) => Promise<string>): Promise<unknown> {
  if (Array.isArray(value)) return Promise.all(value.map(item => replaceReferences(item, resolve)))
  if (isObject(value)) {
    const members = await Promise.all(Object.entries(value).map(async ([name, member]) => [name, await replaceReferences(member, resolve)] as const))
    return Object.fromEntries(members)
  }
  if (typeof value !== 'string' || !has.test(value)) return value
  const values = new Map<string, string>()
  for (const reference of referencesIn(value)) values.set(reference.text, await resolve(reference))
  return value.replace(pattern, whole => values.get(whole) ?? whole)
}
