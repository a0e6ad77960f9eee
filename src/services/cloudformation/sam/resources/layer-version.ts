import { invalidResource } from '../errors.ts'
import { hashedId } from '../ids.ts'
import { isIntrinsic, resolveParameters } from '../intrinsics.ts'
import { codeLocation } from '../location.ts'
import type { PropertyTypes } from '../properties.ts'
import { deepCopy, isDict, truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { attributesOf, generated, inheritedOf } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'

export const layerVersionTypes: PropertyTypes = {
  LayerName: 'str|map', Description: 'str', PublishLambdaVersion: 'bool', ContentUri: 'str|map!', CompatibleArchitectures: '[str|map]',
  CompatibleRuntimes: '[str|map]',
  LicenseInfo: 'str', RetentionPolicy: 'str',
}

function resolveTexts(sam: Sam, id: string, properties: Dict): void {
  for (const name of ['LayerName', 'LicenseInfo', 'Description', 'RetentionPolicy']) {
    if (!truthy(properties[name])) continue
    const value = resolveParameters(properties[name], sam.parameters)
    if (typeof value !== 'string' && !isDict(value)) throw invalidResource(id, `Could not resolve parameter for '${name}' or parameter is not a String.`)
    properties[name] = value
  }
}

function retention(id: string, policy: Value): string | undefined {
  const options = "['Retain', 'Delete']"
  if (isIntrinsic(policy)) {
    throw invalidResource(id, `'RetentionPolicy' does not accept intrinsic functions, please use one of the following options: ${options}`)
  }
  if (policy === undefined || policy === null) return undefined
  if (typeof policy !== 'string') throw invalidResource(id, `Invalid 'RetentionPolicy' type, please use one of the following options: ${options}`)
  const found = ['Retain', 'Delete'].find(option => option.toLowerCase() === policy.toLowerCase())
  if (!found) throw invalidResource(id, `'RetentionPolicy' must be one of the following options: ${options}.`)
  return found
}

/** AWS::Serverless::LayerVersion: layer versions are immutable, so that each content gets a logical id of its own. */
export function serverlessLayerVersion(sam: Sam, id: string, resource: Dict, properties: Dict): Generated[] {
  resolveTexts(sam, id, properties)
  const policy = retention(id, properties.RetentionPolicy)
  const all = attributesOf(resource)
  const attributes = inheritedOf(all)
  attributes.DeletionPolicy = policy ?? attributes.DeletionPolicy ?? 'Retain'
  const { DeletionPolicy: _, UpdateReplacePolicy: __, Metadata: ___, ...hashedAttributes } = all
  const given = Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined && value !== null))
  const hashed = {
    [id]: { Type: resource.Type, ...truthy(resource.DependsOn) ? { DependsOn: resource.DependsOn } : {}, ...hashedAttributes, Properties: deepCopy(given) }
  }
  const layerId = hashedId(id, hashed)
  sam.changedIds.set(id, layerId)
  const { LayerName, Description, ContentUri, CompatibleArchitectures, CompatibleRuntimes, LicenseInfo } = properties
  const Content = codeLocation(ContentUri, layerId, 'ContentUri')
  if (truthy(CompatibleArchitectures) && !isIntrinsic(CompatibleArchitectures)) {
    for (const architecture of CompatibleArchitectures) {
      if (!isIntrinsic(architecture) && architecture !== 'arm64' && architecture !== 'x86_64') {
        throw invalidResource(layerId, "CompatibleArchitectures needs to be a list of 'x86_64' or 'arm64'")
      }
    }
  }
  return [generated('AWS::Lambda::LayerVersion', layerId, {
    LayerName: truthy(LayerName) ? LayerName : id, Description, Content, CompatibleArchitectures, CompatibleRuntimes, LicenseInfo,
  }, attributes, resource.DependsOn)]
}
