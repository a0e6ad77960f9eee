import { deploymentOf } from '../deployments/deployment.ts'
import { snapshotOf } from '../deployments/deploy.ts'
import { exportDefinition } from '../openapi/export.ts'
import { stageOf } from '../stages/stage.ts'
import { apiWithId, BadRequestException, NotFoundException, type ApiGateway, type Input, type Output } from '../state.ts'
import { endpointOf } from './api.ts'

/** An API as an OpenAPI 3.0 definition: as it stands, or as a stage serves it. */
export async function ExportApi(gateway: ApiGateway, input: Input<'ExportApi'>): Promise<Output<'ExportApi'>> {
  const api = await apiWithId(gateway, input.ApiId)
  if (input.Specification !== 'OAS30') throw new BadRequestException('Invalid specification specified. Supported values are OAS30')
  if (input.OutputType !== 'JSON' && input.OutputType !== 'YAML') {
    throw new BadRequestException('Invalid output type specified. Supported values are JSON and YAML')
  }
  const snapshot = input.StageName === undefined ? await snapshotOf(gateway, api) : await staged(gateway, api.id, input.StageName)
  const document = exportDefinition(api, snapshot, { extensions: input.IncludeExtensions ?? true, endpoint: endpointOf(gateway, api) })
  const text = input.OutputType === 'JSON' ? JSON.stringify(document, undefined, 2) : (await import('yaml')).stringify(document)
  return { body: Buffer.from(text) as any }
}

async function staged(gateway: ApiGateway, ApiId: string, StageName: string) {
  const { row } = await stageOf(gateway, { ApiId, StageName })
  if (row.deploymentId === undefined) throw new NotFoundException(`No deployment found for stage ${StageName}`)
  return (await deploymentOf(gateway, { ApiId, DeploymentId: row.deploymentId })).snapshot
}
