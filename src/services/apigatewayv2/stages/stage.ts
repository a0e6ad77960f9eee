import { apiWithId, NotFoundException, type ApiGateway, type ApiRow, type StageRow } from '../state.ts'

interface Named { ApiId: string | undefined, StageName: string | undefined }

/** A stage of an API of the caller's; NotFoundException where it is not there. */
export async function stageOf(gateway: ApiGateway, input: Named): Promise<{ api: ApiRow, row: StageRow }> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await gateway.tables.stages.get(api.id, input.StageName ?? '')
  if (!row) throw new NotFoundException('Invalid stage identifier specified')
  return { api, row }
}

/** Whether quick create made the stage. */
export const isManaged = (api: ApiRow, row: StageRow): boolean => api.managed !== undefined && row.name === '$default'
