import { BadRequestException, type ApiGateway, type Input } from '../state.ts'
import { stageOf } from './stage.ts'

/** Takes a stage away: its address answers no more. One that a custom domain name is mapped to stays. */
export async function DeleteStage(gateway: ApiGateway, input: Input<'DeleteStage'>): Promise<object> {
  const { api, row } = await stageOf(gateway, input)
  const mapped = (await gateway.tables.mappings.list()).find(each => each.apiId === api.id && each.stage === row.name)
  if (mapped) throw new BadRequestException(`Deleting stages is not allowed while they are mapped to a domain name: ${mapped.domain}`)
  await gateway.tables.stages.delete(api.id, row.name)
  if (row.autoDeploy && row.deploymentId !== undefined) {
    const others = await gateway.tables.stages.list({ prefix: [api.id] })
    if (!others.some(other => other.deploymentId === row.deploymentId)) await gateway.tables.deployments.delete(api.id, row.deploymentId)
  }
  return {}
}
