import type { HttpRequest, HttpResponse } from '../../contracts/call.ts'
import { AwsError } from '../../platform/errors.ts'
import { service, type Scope } from '../../platform/service.ts'
import { billOf } from './bill.ts'
import { claims } from './claims.ts'

export const billing = service<object, Scope>({
  name: 'billing', iamPrefix: 'ce', tables: {}, operations: {}, authorization: {},
  http: { claims, handle },
})

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
