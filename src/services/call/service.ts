import type { HttpRequest, HttpResponse } from '../../contracts/call.ts'
import { AwsError } from '../../platform/errors.ts'
import { service, type Scope } from '../../platform/service.ts'
import { claims } from './claims.ts'

const bodyMaxBytes = 64 * 1024 * 1024

export const call = service<object, Scope>({
  name: 'call', tables: {}, operations: {}, authorization: {},
  http: { claims, handle },
})

async function handle(scope: Scope, request: HttpRequest): Promise<HttpResponse> {
  const { principal } = request
  if (!principal || principal.type === 'anonymous') return refused(403, 'AccessDenied', request.signatureError ?? 'The request is not signed.')
  const asked = await read(request)
  if (!asked) return refused(400, 'ValidationException', 'The body must be JSON: { service, operation, input, region }.')
  try {
    const aws: any = scope.in({ account: principal.account, region: asked.region }).as({ principal })
    const output = await aws[asked.service][asked.operation](asked.input ?? {})
    return json(200, { output: toJson(output) })
  } catch (error) {
    if (error instanceof AwsError) return refused(error.status, error.code, error.message)
    scope.log.error('a call of the command line failed', { error })
    return refused(500, 'InternalFailure', 'An internal error occurred.')
  }
}

interface Asked { service: string, operation: string, input?: unknown, region: string }

async function read(request: HttpRequest): Promise<Asked | undefined> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.length
    if (size > bodyMaxBytes) return undefined
    chunks.push(chunk)
  }
  try {
    const asked = JSON.parse(
      Buffer.concat(chunks).toString(), (_, value) => typeof value?.$bytes === 'string' ? new Uint8Array(Buffer.from(value.$bytes, 'base64')) : value
    )
    return typeof asked?.service === 'string' && typeof asked.operation === 'string' && typeof asked.region === 'string' ? asked : undefined
  } catch {
    return undefined
  }
}

function toJson(value: any): unknown {
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString('base64') }
  if (Array.isArray(value)) return value.map(toJson)
  if (value === null || typeof value !== 'object' || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJson(member)]))
}

const json = (status: number, body: unknown): HttpResponse => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const refused = (status: number, code: string, message: string) => json(status, { error: { code, message } })
