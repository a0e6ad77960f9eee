import { BadRequestException, NotFoundException, type ApiGateway } from '../state.ts'
import type { Tags } from '../../../platform/tags.ts'

/** What carries tags: an API, a stage, a domain name; `save` puts it with other ones. */
export interface Tagged { tags: Tags, save: (tags: Tags) => Promise<void> }

/** The resource of an ARN such as `arn:aws:apigateway:eu-west-1::/apis/ID/stages/prod`. NotFoundException where it is not there. */
export async function taggedResource(gateway: ApiGateway, arn: string): Promise<Tagged> {
  const { apis, stages, domains } = gateway.tables
  const [, path = ''] = /^arn:[\w-]+:apigateway:[\w-]+::(\/.+)$/.exec(arn) ?? []
  const [, kind, id, inner, name] = path.split('/')
  if (kind === 'apis' && id !== undefined) {
    const api = await apis.get(id)
    if (!api || api.account !== gateway.account || api.region !== gateway.region) {
      throw new NotFoundException(`Invalid API identifier specified ${gateway.account}:${id}`)
    }
    if (inner === undefined) return { tags: api.tags, save: tags => apis.put({ ...api, tags }) }
    const stage = inner === 'stages' && name !== undefined ? await stages.get(id, name) : undefined
    if (!stage) throw new NotFoundException('Invalid stage identifier specified')
    return { tags: stage.tags, save: tags => stages.put({ ...stage, tags }) }
  }
  if (kind === 'domainnames' && id !== undefined) {
    const domain = await domains.get(id)
    if (!domain || domain.account !== gateway.account || domain.region !== gateway.region) {
      throw new NotFoundException('The domain name resource specified in the request was not found.')
    }
    return { tags: domain.tags, save: tags => domains.put({ ...domain, tags }) }
  }
  throw new BadRequestException('Invalid resource ARN specified')
}
