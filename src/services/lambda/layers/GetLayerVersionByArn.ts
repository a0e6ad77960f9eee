import { parseLayerArn } from '../names.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { ResourceNotFoundException } from '../state.ts'
import { layerVersion, onLayerVersion, versionOutput } from './layer.ts'

/** A version of a layer by its ARN. */
export async function GetLayerVersionByArn(lambda: Lambda, input: Input<'GetLayerVersionByArn'>): Promise<Output<'GetLayerVersionByArn'>> {
  const { scope, row } = await layerVersion(lambda, namesOf(input.Arn))
  return versionOutput(scope, row)
}

function namesOf(arn: string | undefined): { LayerName: string, VersionNumber: number } {
  const parsed = parseLayerArn(arn ?? '')
  if (!parsed) throw new ResourceNotFoundException('The resource you requested does not exist.')
  return { LayerName: arn!.slice(0, arn!.lastIndexOf(':')), VersionNumber: parsed.version }
}

/** As the rule of GetLayerVersion, for a request that names an ARN. */
export const byArn = {
  action: 'lambda:GetLayerVersion',
  resource: (_: Lambda, input: { Arn: string | undefined }) => input.Arn ?? '*',
  resourceAccount: async (_: Lambda, input: { Arn: string | undefined }) => parseLayerArn(input.Arn ?? '')?.account,
  resourcePolicy: async (
    lambda: Lambda, input: { Arn: string | undefined }
  ) => parseLayerArn(input.Arn ?? '') && onLayerVersion.resourcePolicy(lambda, namesOf(input.Arn)),
}
