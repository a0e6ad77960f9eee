import type { ApiGateway, Input, Output } from '../state.ts'
import { deploymentOutput } from './deploy.ts'
import { deploymentOf } from './deployment.ts'

/** A deployment of an API. */
export async function GetDeployment(gateway: ApiGateway, input: Input<'GetDeployment'>): Promise<Output<'GetDeployment'>> {
  return deploymentOutput(await deploymentOf(gateway, input))
}
