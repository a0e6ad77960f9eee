import { present, type ApiGateway, type Input, type Output } from '../state.ts'
import { mappingOf, mappingOutput, putMapping } from './mapping.ts'

/** Changes where a mapping leads, or its path. */
export async function UpdateApiMapping(gateway: ApiGateway, input: Input<'UpdateApiMapping'>): Promise<Output<'UpdateApiMapping'>> {
  const row = await mappingOf(gateway, input)
  return mappingOutput(await putMapping(gateway, { ...row, ...present({ apiId: input.ApiId, stage: input.Stage, key: input.ApiMappingKey }) }))
}
