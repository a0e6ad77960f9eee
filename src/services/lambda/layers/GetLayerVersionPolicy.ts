import { policyDocument } from '../permissions/AddPermission.ts'
import type { Input, Lambda, Output } from '../state.ts'
import { ResourceNotFoundException } from '../state.ts'
import { layerVersion } from './layer.ts'

/** The policy of a layer version. */
export async function GetLayerVersionPolicy(lambda: Lambda, input: Input<'GetLayerVersionPolicy'>): Promise<Output<'GetLayerVersionPolicy'>> {
  const { policy } = (await layerVersion(lambda, input)).row
  if (!policy) throw new ResourceNotFoundException('No policy is associated with the given resource.')
  return { Policy: policyDocument(policy), RevisionId: policy.revisionId }
}
