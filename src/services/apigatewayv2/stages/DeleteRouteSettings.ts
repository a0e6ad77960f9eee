import { NotFoundException, type ApiGateway, type Input } from '../state.ts'
import { stageOf } from './stage.ts'

/** A route of a stage has the stage's own settings again. */
export async function DeleteRouteSettings(gateway: ApiGateway, input: Input<'DeleteRouteSettings'>): Promise<object> {
  const { row } = await stageOf(gateway, input)
  const { [input.RouteKey!]: found, ...routeSettings } = row.routeSettings ?? {}
  if (!found) throw new NotFoundException(`Unable to find Route by key ${input.RouteKey} within the provided RouteSettings`)
  await gateway.tables.stages.put({ ...row, routeSettings, updatedAt: gateway.now() })
  return {}
}
