import type { ApiGateway, Input } from '../state.ts'
import { stageOf } from '../stages/stage.ts'

/** Forgets what the Lambda authorizers of a stage answered, so the next requests ask them again. */
export async function ResetAuthorizersCache(gateway: ApiGateway, input: Input<'ResetAuthorizersCache'>): Promise<object> {
  const { api, row } = await stageOf(gateway, input)
  for (const key of gateway.state.authorizations.keys()) if (key.startsWith(`${api.id}/${row.name}/`)) gateway.state.authorizations.delete(key)
  return {}
}
