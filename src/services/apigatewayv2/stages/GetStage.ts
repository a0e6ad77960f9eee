import { apiWithId, NotFoundException, type ApiGateway, type Input, type Output } from '../state.ts'
import { stageOutput } from './CreateStage.ts'

/** A stage of an API. */
export async function GetStage(gateway: ApiGateway, input: Input<'GetStage'>): Promise<Output<'GetStage'>> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await gateway.tables.stages.get(api.id, input.StageName!)
  if (!row) throw new NotFoundException(`Unable to find Stage by name ${input.StageName} within the provided API`)
  return stageOutput(row)
}
