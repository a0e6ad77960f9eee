import { apiWithId, type ApiGateway, type Input, type Output } from '../state.ts'
import { stageOutput } from './CreateStage.ts'

/** The stages of an API. */
export async function GetStages(gateway: ApiGateway, input: Input<'GetStages'>): Promise<Output<'GetStages'>> {
  const api = await apiWithId(gateway, input.ApiId)
  return { Items: (await gateway.tables.stages.list({ prefix: [api.id] })).map(stageOutput) }
}
