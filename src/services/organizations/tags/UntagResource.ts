import { managed } from '../organization.ts'
import type { Input, Orgs, Output } from '../state.ts'
import { tagged } from './tagged.ts'

export async function UntagResource(orgs: Orgs, input: Input<'UntagResource'>): Output<'UntagResource'> {
  const { tags, put } = await tagged(orgs, await managed(orgs), input.ResourceId!)
  await put(Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys!.includes(key))))
  return {}
}
