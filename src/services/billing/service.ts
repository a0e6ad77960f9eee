import type { HttpRequest, HttpResponse } from '../../contracts/call.ts'
import { AwsError } from '../../platform/errors.ts'
import { service, type Scope } from '../../platform/service.ts'
import { billOf } from './bill.ts'
import { claims, estimatePath } from './claims.ts'
import { estimateOf, estimatePage, resourcesIn } from './estimate.ts'

export const billing = service<object, Scope>({
  name: 'billing', iamPrefix: 'ce', tables: {}, operations: {}, authorization: {},
  http: { claims, handle: async (scope, request) => request.path === estimatePath ? estimate(request) : handle(scope, request) },
})

/** `GET /_fogbank/cost/estimate?template=…`: what the resources in the address cost, for anybody, since it tells nothing but list prices. */
function estimate(request: HttpRequest): HttpResponse {
  const resources = resourcesIn(new URLSearchParams(request.query).get('template') ?? '')
  if (!resources) return refused(400, 'ValidationException', 'The address names no resources: ask EstimateTemplateCost for one.')
  const found = estimateOf(resources)
  if (request.headers.accept?.includes('json')) return json(200, found)
  return {
    status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'" },
    body: estimatePage(found)
  }
}

/** `GET /_fogbank/cost?month=2026-01`, signed: the bill of the signer's account, who needs `ce:GetCostAndUsage`. */
async function handle(scope: Scope, request: HttpRequest): Promise<HttpResponse> {
  const { principal } = request
  if (!principal || principal.type === 'anonymous') return refused(403, 'AccessDenied', request.signatureError ?? 'The request is not signed.')
  const now = new Date(scope.now()).toISOString().slice(0, 7)
  const month = new URLSearchParams(request.query).get('month') ?? now
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) return refused(400, 'ValidationException', `A month is written YYYY-MM, as in ${now}.`)
  try {
    await scope.in({ account: principal.account, principal }).authorize({ action: 'ce:GetCostAndUsage', resource: '*' })
    return json(200, billOf(principal.account, month, await scope.config.usage.month(principal.account, month)))
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    return refused(error.status, error.code, error.message)
  }
}

const json = (status: number, body: unknown): HttpResponse => ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
const refused = (status: number, code: string, message: string) => json(status, { error: { code, message } })
