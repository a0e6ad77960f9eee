import { invalidResource, SamFault } from '../errors.ts'
import { resolveMappings, resolveParameters } from '../intrinsics.ts'
import type { PropertyTypes } from '../properties.ts'
import { deepCopy, entriesOf, isDict, put, pyJson, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { attributesOf, expectResource, generated, inheritedOf, samTags } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'

/** What the transform asks of a Serverless Application Repository. */
export interface ServerlessRepo {
  /** Asks for the application's template; an application that is not there or not shared throws an error with the reason as its message. */
  createTemplate(applicationId: string, semanticVersion: string): Promise<{ applicationId: string, templateId: string, templateUrl: string, status: string }>
  /** PREPARING, ACTIVE or EXPIRED. */
  templateStatus(applicationId: string, templateId: string): Promise<string>
  wait(ms: number): Promise<void>
}

export interface Pending { applicationId: string, templateId: string }

export const applicationTypes: PropertyTypes = {
  Location: 'str|map!', TemplateUrl: 'str', Parameters: 'map', NotificationARNs: '[str|map]', Tags: 'map', TimeoutInMinutes: 'int',
}
const pollMs = 2_000
const pollTimeoutMs = 105_000
const isGiven = (value: Value): boolean => value !== undefined && value !== null
const keyOf = (id: Value, version: Value): string => `${pyJson(id)} ${pyJson(version)}`

/** Asks for the templates of all applications that the template names by id and version; returns those that are still being made. */
export async function requestApplications(template: Dict, sam: Pick<Sam, 'parameters' | 'applications'>, repo: ServerlessRepo | undefined): Promise<Pending[]> {
  const pending: Pending[] = []
  for (const [logicalId, resource] of entriesOf(template.Resources as Dict)) {
    const location = resource.Type === 'AWS::Serverless::Application' ? resource.Properties?.Location : undefined
    if (!isDict(location) || !isGiven(location.ApplicationId) || !isGiven(location.SemanticVersion)) continue
    const resolve = (name: string): Value => {
      put(location, name, resolveMappings(resolveParameters(deepCopy(location[name]), sam.parameters), template.Mappings ?? {}))
      return location[name]
    }
    const id = resolve('ApplicationId')
    const version = resolve('SemanticVersion')
    const key = keyOf(id, version)
    if (isDict(id) || isDict(version) || sam.applications.has(key)) continue
    try {
      const made = await request(logicalId, id, version, repo)
      sam.applications.set(key, made.templateUrl)
      if (made.status !== 'ACTIVE') pending.push(made)
    } catch (error) {
      sam.applications.set(key, error instanceof SamFault ? error : invalidResource(logicalId, (error as Error).message))
    }
  }
  return pending
}

async function request(logicalId: string, id: Value, version: Value, repo: ServerlessRepo | undefined) {
  expectResource(id, logicalId, 'Location.ApplicationId', 'string')
  expectResource(version, logicalId, 'Location.SemanticVersion', 'string')
  if (!repo) throw invalidResource(logicalId, 'Serverless Application Repository is not available in this region.')
  if (/\{\{resolve:ssm:[a-zA-Z0-9_.\-/]+(:\d+)?\}\}/.test(id)) {
    throw invalidResource(logicalId, "Serverless Application Repostiory does not support dynamic reference in 'ApplicationId' property.")
  }
  return repo.createTemplate(id, version)
}

/** Waits until the templates are ready; the result is the fault of one that will not be. */
export async function awaitApplications(pending: Pending[], repo: ServerlessRepo | undefined): Promise<SamFault | undefined> {
  let waiting = pending
  for (let waitedMs = 0; waiting.length > 0 && waitedMs < pollTimeoutMs; waitedMs += pollMs) {
    const rest: Pending[] = []
    for (const each of waiting) {
      const status = await repo!.templateStatus(each.applicationId, each.templateId)
      if (status === 'EXPIRED') {
        return invalidResource(
          each.applicationId, `Template for ${each.applicationId} with id ${each.templateId} returned status: ${status}. Cannot access an expired template.`
        )
      }
      if (status !== 'ACTIVE') rest.push(each)
    }
    waiting = rest
    if (waiting.length > 0) await repo!.wait(pollMs)
  }
  if (waiting.length === 0) return undefined
  return invalidResource(
    `[${waiting.map(each => `'${each.applicationId}'`).join(', ')}]`, 'Timed out waiting for nested stack templates to reach ACTIVE status.'
  )
}

/** Finds the template's URL for an application, before its properties are checked. */
export function locateApplication(sam: Sam, id: string, properties: Dict): void {
  const required = (dict: Dict, name: string) => {
    if (!Object.hasOwn(dict, name)) throw invalidResource(id, `Resource is missing the required [${name}] property.`)
    return dict[name]
  }
  const location = required(properties, 'Location')
  if (!isDict(location)) {
    properties.TemplateUrl = location
    return
  }
  const applicationId = required(location, 'ApplicationId')
  const version = required(location, 'SemanticVersion')
  const unresolved = (name: string) => invalidResource(id, `Property '${name}' cannot be resolved. Only FindInMap and Ref intrinsic functions are supported.`)
  if (!isGiven(applicationId)) throw invalidResource(id, "Property 'ApplicationId' is required.")
  if (isDict(applicationId)) throw unresolved('ApplicationId')
  if (!truthy(version)) throw invalidResource(id, "Property 'SemanticVersion' cannot be blank.")
  if (isDict(version)) throw unresolved('SemanticVersion')
  const found = sam.applications.get(keyOf(applicationId, version))
  if (found instanceof SamFault) throw found
  properties.TemplateUrl = found
}

/** AWS::Serverless::Application: a nested stack. */
export function serverlessApplication(_sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  const { Location, Parameters, NotificationARNs, Tags, TimeoutInMinutes, TemplateUrl } = properties
  const origin: Dict = {}
  if (isDict(Location) && isGiven(Location.ApplicationId)) origin['serverlessrepo:applicationId'] = Location.ApplicationId
  if (isDict(Location) && isGiven(Location.SemanticVersion)) origin['serverlessrepo:semanticVersion'] = Location.SemanticVersion
  return [generated('AWS::CloudFormation::Stack', id, {
    Parameters, NotificationARNs, Tags: samTags(id, Tags, origin), TimeoutInMinutes, TemplateURL: truthy(TemplateUrl) ? TemplateUrl : '',
  }, inheritedOf(attributesOf(resource)), resource.DependsOn)]
}
