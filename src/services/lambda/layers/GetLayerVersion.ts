import type { Input, Lambda, Output } from '../state.ts'
import { layerVersion, versionOutput } from './layer.ts'

/** A version of a layer, with a URL of its content. */
export async function GetLayerVersion(lambda: Lambda, input: Input<'GetLayerVersion'>): Promise<Output<'GetLayerVersion'>> {
  const { scope, row } = await layerVersion(lambda, input)
  return versionOutput(scope, row)
}
