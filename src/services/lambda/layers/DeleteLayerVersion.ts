import type { Input, Lambda, Output } from '../state.ts'
import { namedLayer } from './layer.ts'

/** Deletes a version: no function can take it any more; those that have it keep it. One that is gone already is no error. */
export async function DeleteLayerVersion(lambda: Lambda, input: Input<'DeleteLayerVersion'>): Promise<Output<'DeleteLayerVersion'>> {
  const { scope, name } = namedLayer(lambda, input.LayerName)
  const row = await scope.tables.layers.get(name, input.VersionNumber!)
  if (row) await scope.tables.layers.put({ ...row, isDeleted: true })
  return {}
}
