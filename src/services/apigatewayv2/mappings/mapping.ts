import type { ApiMapping } from '@aws-sdk/client-apigatewayv2'
import { domainOf } from '../domains/domain.ts'
import { apiWithId, BadRequestException, ConflictException, NotFoundException, type ApiGateway, type MappingRow } from '../state.ts'

/** A mapping of a domain name of the caller's; NotFoundException where it is not there. */
export async function mappingOf(gateway: ApiGateway, input: { DomainName: string | undefined, ApiMappingId: string | undefined }): Promise<MappingRow> {
  const domain = await domainOf(gateway, input.DomainName)
  const row = await gateway.tables.mappings.get(domain.name, input.ApiMappingId ?? '')
  if (!row) throw new NotFoundException('The api mapping resource specified in the request was not found.')
  return row
}

/** Puts a mapping after its checks: the API and the stage are there, and no other mapping of the domain has its key. */
export async function putMapping(gateway: ApiGateway, row: MappingRow): Promise<MappingRow> {
  await apiWithId(gateway, row.apiId)
  if (!await gateway.tables.stages.get(row.apiId, row.stage)) throw new BadRequestException(`Invalid stage identifier specified: ${row.stage}`)
  if (!/^[\w$.+!*'()/-]{0,300}$/.test(row.key)) {
    throw new BadRequestException('API mapping key should have at most 300 characters, letters, numbers and $-_.+!*\'()/')
  }
  if (row.key.startsWith('/') || row.key.endsWith('/') || row.key.includes('//')) {
    throw new BadRequestException('API mapping key should not start with a \'/\' or have consecutive \'/\'s')
  }
  const same = (await gateway.tables.mappings.list({ prefix: [row.domain] })).find(each => each.key === row.key && each.id !== row.id)
  if (same) throw new ConflictException('ApiMapping key already exists for this domain name')
  await gateway.tables.mappings.put(row)
  return row
}

export const mappingOutput = (row: MappingRow): ApiMapping => ({ ApiMappingId: row.id, ApiId: row.apiId, Stage: row.stage, ApiMappingKey: row.key })
