import { managed } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { newTags } from '../tagging.ts'
import { tagged } from './tagged.ts'

export async function TagResource(orgs: Orgs, input: Input<'TagResource'>): Output<'TagResource'> {
  const resource = await tagged(orgs, await managed(orgs), input.ResourceId!)
  await resource.put(newTags(input.Tags, resource.tags))
  return {}
}
