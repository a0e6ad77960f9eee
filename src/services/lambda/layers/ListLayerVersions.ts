import { limitOf, marker, page } from '../functions/page.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { isCompatible, namedLayer, versionView } from './layer.ts'

/** The versions of a layer, the newest first. */
export async function ListLayerVersions(lambda: Lambda, input: Input<'ListLayerVersions'>): Promise<Output<'ListLayerVersions'>> {
  const { scope, name } = namedLayer(lambda, input.LayerName)
  const before = marker(input.Marker)
  const all = await scope.tables.layers.list({ prefix: [name], reverse: true, ...before !== undefined && { before: [name, Number(before)] } })
  const { rows, NextMarker } = page(all.filter(row => isCompatible(row, input)), limitOf(input.MaxItems), row => row.version)
  return { LayerVersions: rows.map(row => versionView(scope, row)), ...NextMarker && { NextMarker } }
}
