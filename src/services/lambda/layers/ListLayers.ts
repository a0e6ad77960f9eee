import { limitOf, marker, page } from '../functions/page.ts'
import { layerArn } from '../names.ts'
import type { Input, Lambda, LayerRow, Output } from '../state.ts'
import { isCompatible, versionView } from './layer.ts'

/** The layers of the account and region by name, each with its latest version that fits what is asked for. */
export async function ListLayers(lambda: Lambda, input: Input<'ListLayers'>): Promise<Output<'ListLayers'>> {
  const after = marker(input.Marker)
  const latest = new Map<string, LayerRow>()
  for await (const row of lambda.tables.layers.each(after === undefined ? {} : { after: [String(after)] })) {
    if (isCompatible(row, input)) latest.set(row.name, row)
  }
  const { rows, NextMarker } = page([...latest.values()], limitOf(input.MaxItems), row => row.name)
  return {
    Layers: rows.map(row => ({ LayerName: row.name, LayerArn: layerArn(lambda, row.name), LatestMatchingVersion: versionView(lambda, row) })),
    ...NextMarker && { NextMarker },
  }
}
