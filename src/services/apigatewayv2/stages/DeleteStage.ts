import { apiWithId, NotFoundException, type ApiGateway, type Input } from '../state.ts'

/** Takes a stage away: its address answers no more. */
export async function DeleteStage(gateway: ApiGateway, input: Input<'DeleteStage'>): Promise<object> {
  const api = await apiWithId(gateway, input.ApiId)
  if (!await gateway.tables.stages.get(api.id, input.StageName!)) throw new NotFoundException(`Unable to find Stage by name ${input.StageName} within the provided API`)
  await gateway.tables.stages.delete(api.id, input.StageName!)
  return {}
}
