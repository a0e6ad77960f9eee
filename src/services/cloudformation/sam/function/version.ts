import { invalidResource } from '../errors.ts'
import { dataHash } from '../ids.ts'
import { getAtt, logicalIdOf, ref, resolveParameters } from '../intrinsics.ts'
import { truthy } from '../python.ts'
import type { Dict, Value } from '../python.ts'
import { generated, inheritedOf, toTemplate } from '../resource.ts'
import type { Generated } from '../resource.ts'
import type { Sam } from '../scope.ts'

/** What a new version depends on: it is published whenever this changes. */
function versionData(sam: Sam, properties: Dict, lambda: Generated): Dict {
  const code = resolveParameters(lambda.properties.Code, sam.parameters)
  if (!properties.AutoPublishAliasAllProperties) {
    const { MemorySize, SnapStart, Environment } = lambda.properties
    return {
      ...code, ...truthy(Environment) ? Environment : {}, ...truthy(MemorySize) ? { MemorySize } : {},
      ...truthy(SnapStart) && (SnapStart.ApplyOn ?? 'None') !== 'None' ? { SnapStart } : {},
    }
  }
  const data: Dict = toTemplate(lambda).Properties
  for (const layer of Array.isArray(lambda.properties.Layers) ? lambda.properties.Layers : []) {
    const id = logicalIdOf(layer)
    const layerProperties = id ? sam.output.Resources[id]?.Properties : undefined
    if (layerProperties && truthy(layerProperties.PublishLambdaVersion)) data[id!] = layerProperties
  }
  return data
}

export function lambdaVersion(sam: Sam, id: string, properties: Dict, lambda: Generated, codeSha256: string | undefined): Generated {
  const data = versionData(sam, properties, lambda)
  const versionId = `${id}Version${codeSha256 ? codeSha256.slice(0, 10) : dataHash(data)}`
  const attributes = inheritedOf(lambda.attributes)
  attributes.DeletionPolicy ??= properties.VersionDeletionPolicy ?? (properties.CapacityProviderConfig ? 'Delete' : 'Retain')
  return generated('AWS::Lambda::Version', versionId, {
    FunctionName: ref(id), Description: properties.VersionDescription,
    FunctionScalingConfig: properties.CapacityProviderConfig ? properties.FunctionScalingConfig : undefined,
  }, attributes)
}

export function lambdaAlias(name: string, properties: Dict, lambda: Generated, version: Generated): Generated {
  if (name === '') throw invalidResource(lambda.id, 'Alias name is required to create an alias')
  if (!/^(?!^[0-9]+$)([a-zA-Z0-9\-_]+)$/.test(name)) {
    throw invalidResource(
      lambda.id,
      `AutoPublishAlias name ('${name}') must contain only alphanumeric characters, hyphens, or underscores matching (?!^[0-9]+$)([a-zA-Z0-9-_]+) pattern.`
    )
  }
  return generated('AWS::Lambda::Alias', `${lambda.id}Alias${name.replaceAll('-', 'D').replaceAll('_', 'U')}`, {
    Name: name, FunctionName: ref(lambda.id), FunctionVersion: getAtt(version.id, 'Version'),
    ProvisionedConcurrencyConfig: truthy(properties.ProvisionedConcurrencyConfig) ? properties.ProvisionedConcurrencyConfig : undefined,
  }, inheritedOf(lambda.attributes))
}

export function aliasName(sam: Sam, id: string, alias: Value): string {
  const name = resolveParameters(alias, sam.parameters)
  if (typeof name !== 'string') throw invalidResource(id, "'AutoPublishAlias' must be a string or a Ref to a template parameter")
  return name
}
