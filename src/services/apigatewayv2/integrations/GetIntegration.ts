import type { ApiGateway, Input, Output } from '../state.ts'
import { integrationOf, integrationOutput } from './integration.ts'

/** One integration of an API. */
export async function GetIntegration(gateway: ApiGateway, input: Input<'GetIntegration'>): Promise<Output<'GetIntegration'>> {
  const { api, row } = await integrationOf(gateway, input)
  return integrationOutput(row, api.managed?.integrationId === row.id)
}
