import { storeCode } from '../code/code.ts'
import { lambdaTime } from '../functions/function.ts'
import type { Input, Lambda, LayerRow, Output } from '../state.ts'
import { layerArn } from '../names.ts'
import { namedLayer, versionOutput } from './layer.ts'

/** Makes a version of a layer from a zip, given or in S3. Its number is one more than any that the layer ever had. */
export async function PublishLayerVersion(lambda: Lambda, input: Input<'PublishLayerVersion'>): Promise<Output<'PublishLayerVersion'>> {
  const { scope, name } = namedLayer(lambda, input.LayerName)
  const code = await storeCode(lambda, input.Content!, 'PublishLayerVersion')
  const row = await scope.transact(async (inside: Lambda) => {
    const [last] = await inside.tables.layers.list({ prefix: [name], reverse: true, limit: 1 })
    const made: LayerRow = {
      name, version: (last?.version ?? 0) + 1, description: input.Description ?? '', createdDate: lambdaTime(inside.now()), ...code,
      ...input.LicenseInfo !== undefined && { licenseInfo: input.LicenseInfo }, ...input.CompatibleRuntimes?.length && {
        compatibleRuntimes: input.CompatibleRuntimes,
      },
      ...input.CompatibleArchitectures?.length && { compatibleArchitectures: input.CompatibleArchitectures },
    }
    await inside.tables.layers.put(made)
    return made
  })
  return { ...versionOutput(scope, row), LayerArn: layerArn(scope, name) }
}
