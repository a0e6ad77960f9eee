import { checkRevision } from '../functions/function.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { ResourceNotFoundException } from '../state.ts'
import { layerVersion } from './layer.ts'

/** Takes a statement out of the policy of a layer version. */
export async function RemoveLayerVersionPermission(
  lambda: Lambda, input: Input<'RemoveLayerVersionPermission'>
): Promise<Output<'RemoveLayerVersionPermission'>> {
  const { scope, row: { policy, ...row } } = await layerVersion(lambda, input)
  const statements = policy?.statements.filter(statement => statement.Sid !== input.StatementId) ?? []
  if (!policy || statements.length === policy.statements.length) {
    throw new ResourceNotFoundException(`Statement ${input.StatementId} is not found in resource policy.`)
  }
  checkRevision(input.RevisionId, policy.revisionId)
  await scope.tables.layers.put({ ...row, ...statements.length > 0 && { policy: { revisionId: scope.newId(), statements } } })
  return {}
}
