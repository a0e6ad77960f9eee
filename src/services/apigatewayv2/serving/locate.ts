import type { HttpRequest } from '../../../contracts/call.ts'
import type { ApiGateway, ApiRow, StageRow } from '../state.ts'
import { hostForm, pathForm } from './claims.ts'

/** Whether a host is a custom domain name. The names are read once, and kept as they come and go. */
export async function owns(scope: ApiGateway, { host }: { host: string }): Promise<boolean> {
  const names = scope.state.domains ??= scope.tables.domains.list().then(rows => new Set(rows.map(({ name }) => name)))
  return (await names).has(host)
}

/** Where a request goes. `path`: decoded, without the stage or the mapping's key. */
export interface Place { api: ApiRow, stage: StageRow, path: string, domainName: string, mappingKey?: string }

/** The API and stage that a request is for; 'forbidden' for a domain that maps no such path, undefined where there is none. */
export async function locate(scope: ApiGateway, request: HttpRequest): Promise<Place | 'forbidden' | undefined> {
  const byHost = hostForm.exec(request.host)
  if (byHost) return atApi(scope, byHost[1]!, request.path, request.host)
  const byPath = pathForm.exec(request.path)
  if (byPath) return atApi(scope, byPath[1]!, byPath[2] ?? '/', `${byPath[1]!}.execute-api.localhost`)
  return atDomain(scope, request)
}

async function atApi(scope: ApiGateway, id: string, asked: string, domainName: string): Promise<Place | undefined> {
  const api = await scope.tables.apis.shared(id)
  if (!api || api.disableExecuteApiEndpoint) return undefined
  const path = decoded(asked)
  // The stage is the first segment of the path where one has that name, and $default otherwise.
  const [, first = ''] = path.split('/')
  const named = first === '' || first === '$default' ? undefined : await scope.tables.stages.shared(api.id, first)
  if (named) return { api, stage: named, path: path.slice(first.length + 1) || '/', domainName }
  const stage = await scope.tables.stages.shared(api.id, '$default')
  return stage && { api, stage, path, domainName }
}

async function atDomain(scope: ApiGateway, request: HttpRequest): Promise<Place | 'forbidden' | undefined> {
  if (!await scope.tables.domains.shared(request.host)) return undefined
  const path = decoded(request.path)
  const mappings = await scope.tables.mappings.list({ prefix: [request.host] })
  const matching = mappings.filter(({ key }) => key === '' || path === `/${key}` || path.startsWith(`/${key}/`)).sort((a, b) => b.key.length - a.key.length)[0]
  const api = matching && await scope.tables.apis.shared(matching.apiId)
  if (!api) return 'forbidden'
  const stage = await scope.tables.stages.shared(api.id, matching.stage)
  if (!stage) return 'forbidden'
  return {
    api, stage, path: matching.key === '' ? path : path.slice(matching.key.length + 1) || '/', domainName: request.host, mappingKey: matching.key,
  }
}

/** API Gateway decodes the whole path before it looks for a route, so `%2F` divides like a slash. */
function decoded(path: string): string {
  if (!path.includes('%')) return path
  try {
    return decodeURIComponent(path)
  } catch {
    return path
  }
}
