import type { ApiGateway, Input, Output } from '../state.ts'
import { routeOf, routeOutput } from './route.ts'

/** A route of an API. */
export async function GetRoute(gateway: ApiGateway, input: Input<'GetRoute'>): Promise<Output<'GetRoute'>> {
  const { api, row } = await routeOf(gateway, input)
  return routeOutput(row, api.managed?.routeId === row.id)
}
