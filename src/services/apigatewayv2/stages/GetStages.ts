import { paged } from '../pages.ts'
import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { stageOutput } from './settings.ts'
import { isManaged } from './stage.ts'

/** The stages of an API. */
export async function GetStages(gateway: ApiGateway, input: Input<'GetStages'>): Promise<Output<'GetStages'>> {
  const api = await apiWithId(gateway, input.ApiId)
  return paged('stages', await gateway.tables.stages.list({ prefix: [api.id] }), input, row => stageOutput(row, isManaged(api, row)))
}
