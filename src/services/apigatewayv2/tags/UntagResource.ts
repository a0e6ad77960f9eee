import type { ApiGateway, Input } from '../state.ts'
import { taggedResource } from './resource.ts'

/** Takes tags away by their keys; one that is not there is no error. */
export async function UntagResource(gateway: ApiGateway, input: Input<'UntagResource'>): Promise<object> {
  const { tags, save } = await taggedResource(gateway, input.ResourceArn!)
  await save(Object.fromEntries(Object.entries(tags).filter(([key]) => !input.TagKeys!.includes(key))))
  return {}
}
