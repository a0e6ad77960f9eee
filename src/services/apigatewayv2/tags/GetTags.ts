import type { ApiGateway, Input, Output } from '../state.ts'
import { taggedResource } from './resource.ts'

/** The tags of an API, a stage or a domain name. */
export async function GetTags(gateway: ApiGateway, input: Input<'GetTags'>): Promise<Output<'GetTags'>> {
  return { Tags: (await taggedResource(gateway, input.ResourceArn!)).tags }
}
