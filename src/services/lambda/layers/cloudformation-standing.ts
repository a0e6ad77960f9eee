import type { Known, ResourceContext } from '../../../platform/resource-type.ts'
import { allPages, asGiven } from '../../../platform/standing.ts'
import { found } from '../functions/cloudformation-standing.ts'

const lastOf = (name: unknown) => String(name).split(':').at(-1)!

/** Layer versions that exist already: for drift detection, import and Cloud Control. Their content is not told. */
export const standingLayerVersions = {
  identifier: 'LayerVersionArn', listBy: ['LayerName'], writeOnly: ['Content'],
  async read({ aws }: ResourceContext, Arn: string, known: Known<any>) {
    const version = await found(aws.lambda.GetLayerVersionByArn({ Arn }))
    if (!version) return undefined
    const { LayerArn, Description, LicenseInfo, CompatibleRuntimes, CompatibleArchitectures } = version
    return { LayerName: asGiven(lastOf(LayerArn), known.LayerName, lastOf), Description, LicenseInfo, CompatibleRuntimes, CompatibleArchitectures }
  },
  attributes: async (_: ResourceContext, LayerVersionArn: string) => ({ LayerVersionArn }),
  list: ({ aws }: ResourceContext, { LayerName }: Known<any>): Promise<string[]> => allPages(async Marker => {
    const { LayerVersions, NextMarker } = await aws.lambda.ListLayerVersions({ LayerName, ...Marker !== undefined && { Marker } })
    return { items: LayerVersions?.map(version => version.LayerVersionArn!), next: NextMarker }
  }),
}
