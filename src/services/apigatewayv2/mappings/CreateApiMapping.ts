import { domainOf } from '../domains/domain.ts'
import { newPartId, type ApiGateway, type Input, type Output } from '../state.ts'
import { mappingOutput, putMapping } from './mapping.ts'

/** Sends requests for a domain name, under a path or under all that no other mapping takes, to a stage of an API. */
export async function CreateApiMapping(gateway: ApiGateway, input: Input<'CreateApiMapping'>): Promise<Output<'CreateApiMapping'>> {
  const { name } = await domainOf(gateway, input.DomainName)
  return mappingOutput(await putMapping(gateway, { domain: name, id: newPartId(), key: keyOf(input.ApiMappingKey), apiId: input.ApiId!, stage: input.Stage! }))
}

/** `(none)` is how the console writes the empty key. */
const keyOf = (key: string | undefined): string => key === undefined || key === '(none)' ? '' : key
