import type { ApiGateway, Input, Output } from '../state.ts'
import { stageOutput } from './settings.ts'
import { isManaged, stageOf } from './stage.ts'

/** A stage of an API. */
export async function GetStage(gateway: ApiGateway, input: Input<'GetStage'>): Promise<Output<'GetStage'>> {
  const { api, row } = await stageOf(gateway, input)
  return stageOutput(row, isManaged(api, row))
}
