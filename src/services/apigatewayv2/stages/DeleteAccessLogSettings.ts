import type { ApiGateway, Input } from '../state.ts'
import { stageOf } from './stage.ts'

/** A stage writes access logs no more. */
export async function DeleteAccessLogSettings(gateway: ApiGateway, input: Input<'DeleteAccessLogSettings'>): Promise<object> {
  const { row: { accessLog: _, ...row } } = await stageOf(gateway, input)
  await gateway.tables.stages.put({ ...row, updatedAt: gateway.now() })
  return {}
}
