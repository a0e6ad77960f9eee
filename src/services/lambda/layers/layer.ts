import { layerArn } from '../names.ts'
import type { Lambda, LayerRow, Output } from '../state.ts'
import { InvalidParameterValueException, ResourceNotFoundException } from '../state.ts'
import { policyDocument } from '../permissions/AddPermission.ts'

interface NamesLayer { LayerName?: string | undefined, VersionNumber?: number | undefined }

const namePattern = /^(?:arn:aws[a-zA-Z-]*:lambda:([a-z0-9-]+):(\d{12}):layer:)?([a-zA-Z0-9-_]{1,140})$/

/** A layer's name and the scope that it lies in, by name or ARN. */
export function namedLayer(lambda: Lambda, text: string | undefined): { scope: Lambda, name: string } {
  const match = namePattern.exec(text ?? '')
  if (!match) throw new InvalidParameterValueException(`The layer name ${text} is invalid.`)
  const [, region = lambda.region, account = lambda.account, name] = match
  return { scope: region === lambda.region && account === lambda.account ? lambda : lambda.in({ account, region }), name: name! }
}

/** The version of a layer; ResourceNotFoundException where there is none, or none any more. */
export async function layerVersion(lambda: Lambda, input: NamesLayer): Promise<{ scope: Lambda, row: LayerRow }> {
  const { scope, name } = namedLayer(lambda, input.LayerName)
  const row = await scope.tables.layers.get(name, input.VersionNumber ?? 0)
  if (!row || row.isDeleted) throw new ResourceNotFoundException('The resource you requested does not exist.')
  return { scope, row }
}

/** A version as lists show it. */
export const versionView = (lambda: Lambda, row: LayerRow) => ({
  LayerVersionArn: layerArn(lambda, row.name, row.version), Version: row.version, Description: row.description, CreatedDate: row.createdDate,
  ...row.compatibleRuntimes && { CompatibleRuntimes: row.compatibleRuntimes as never[] },
  ...row.compatibleArchitectures && { CompatibleArchitectures: row.compatibleArchitectures as never[] }, ...row.licenseInfo && { LicenseInfo: row.licenseInfo },
})

/** A version with its content; the URL is good for ten minutes. */
export const versionOutput = (lambda: Lambda, row: LayerRow): Output<'GetLayerVersion'> => ({
  ...versionView(lambda, row), LayerArn: layerArn(lambda, row.name),
  Content: {
    Location: `${lambda.config.endpoint}${lambda.state.locations.sign(row.codeBlob, lambda.now())}`, CodeSha256: row.codeSha256, CodeSize: row.codeSizeBytes,
  },
})

interface Wanted { CompatibleRuntime?: string | undefined, CompatibleArchitecture?: string | undefined }

/** Whether a list that asks for a runtime and an architecture shows the version. */
export const isCompatible = (row: LayerRow, { CompatibleRuntime: runtime, CompatibleArchitecture: architecture }: Wanted): boolean =>
  !row.isDeleted && (runtime === undefined || (row.compatibleRuntimes?.includes(runtime) ?? false))
  && (architecture === undefined || (row.compatibleArchitectures?.includes(architecture) ?? true))

const arnOf = (lambda: Lambda, input: NamesLayer) => {
  const { scope, name } = namedLayer(lambda, input.LayerName)
  return layerArn(scope, name, input.VersionNumber)
}

/** Authorization rules of operations on a layer, or on one of its versions. */
export const onLayer = { resource: arnOf }
export const onLayerVersion = {
  resource: arnOf,
  resourceAccount: async (lambda: Lambda, input: NamesLayer) => namedLayer(lambda, input.LayerName).scope.account,
  async resourcePolicy(lambda: Lambda, input: NamesLayer) {
    const { scope, name } = namedLayer(lambda, input.LayerName)
    const policy = (await scope.tables.layers.get(name, input.VersionNumber ?? 0))?.policy
    return policy && policyDocument(policy)
  },
}
