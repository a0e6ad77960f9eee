import type { HttpResponse } from '../../../contracts/call.ts'
import { AwsError } from '../../../platform/errors.ts'
import type { ApiGateway, IntegrationRow, StageRow } from '../state.ts'
import { answerOf, refusal } from './answer.ts'
import { event1, event2 } from './event.ts'
import { routeArn, type Routed } from './exchange.ts'
import { mappedRequest } from './mapping.ts'

/** How a call of a function ended; `timeout` where it did not in time. */
export type Invoked = { payload: Uint8Array, functionError?: string } | 'timeout'

/** `requestId`: under which the function runs and writes its log lines. */
interface InvokeCall {
  uri: string
  stage: StageRow
  sourceArn: string
  credentialsArn?: string | undefined
  payload: object
  timeoutMs: number
  requestId?: string
}

/** Calls a function as API Gateway or with a role's credentials, within a time by the cloud's clock. Throws AwsError. */
export async function invokeFunction(
  gateway: ApiGateway, call: InvokeCall,
): Promise<Invoked> {
  const timedOut = Promise.withResolvers<undefined>()
  const cancelTimer = gateway.clock.at(gateway.now() + call.timeoutMs, () => timedOut.resolve(undefined))
  const { credentialsArn, sourceArn, requestId } = call
  const itself = { service: 'apigateway.amazonaws.com', sourceArn }
  const who = credentialsArn === undefined ? itself : { role: credentialsArn, sessionName: 'BackplaneAssumeRoleSession', sourceArn }
  const aws = gateway.as(who, requestId === undefined ? {} : { requestId })
  try {
    const invoked = aws.lambda.Invoke({ FunctionName: functionOf(call.uri, call.stage), Payload: Buffer.from(JSON.stringify(call.payload)) })
    const result = await Promise.race([invoked, timedOut.promise])
    return result ? { payload: result.Payload ?? new Uint8Array(), ...result.FunctionError && { functionError: result.FunctionError } } : 'timeout'
  } finally {
    cancelTimer()
  }
}

/** The function's ARN in an address, stage variables filled in. */
function functionOf(uri: string, stage: StageRow): string {
  const filled = uri.replace(/\$\{stageVariables\.(\w+)\}/g, (_, name: string) => stage.variables[name] ?? '')
  return /:lambda:path\/[^/]+\/functions\/(.+)\/invocations$/.exec(filled)?.[1] ?? filled
}

const notPermitted = 'The IAM role configured on the integration or API Gateway doesn\'t have permissions to call the integration. '
  + 'Check the permissions and try again.'

/** Lambda proxy: calls the function under the permission that its policy gives to this route. */
export async function invoke(exchange: Routed, integration: IntegrationRow): Promise<HttpResponse> {
  const { gateway, api, stage, match } = exchange
  const sourceArn = routeArn(exchange)
  const mapped = integration.requestParameters ? { ...exchange, ...mappedRequest(exchange, integration.requestParameters) } : exchange
  const payload = integration.payloadFormatVersion === '2.0' ? event2(mapped) : event1(mapped)
  try {
    const { credentialsArn, timeoutMs } = integration
    const requestId = exchange.integration.requestId = gateway.newId()
    const result = await invokeFunction(gateway, { uri: integration.uri!, stage, sourceArn, credentialsArn, payload, timeoutMs, requestId })
    return taken(exchange, integration, result)
  } catch (error) {
    if (!(error instanceof AwsError)) throw error
    gateway.log.warn('an HTTP API could not invoke its function', { api: api.id, route: match.route.key, error: error.message })
    exchange.integration.error = error.code.startsWith('AccessDenied') ? notPermitted : error.message
    exchange.integration.serviceStatus = error.status
    return refusal(exchange, error.code === 'TooManyRequestsException' ? 'unavailable' : 'internal')
  }
}

function taken(exchange: Routed, integration: IntegrationRow, result: Invoked): HttpResponse {
  if (result === 'timeout') {
    exchange.integration.error = 'Execution failed due to a timeout error'
    return refusal(exchange, 'lambdaTimeout')
  }
  exchange.integration.serviceStatus = 200
  if (result.functionError !== undefined) {
    const told = errorMessage(result.payload)
    exchange.integration.error = `The Lambda function returned the following error: ${told}. Check your Lambda function code and try again.`
    return refusal(exchange, 'internal')
  }
  const answer = answerOf(result.payload, integration.payloadFormatVersion)
  if (!answer) {
    exchange.integration.error = 'The response from the Lambda function doesn\'t match the format that API Gateway expects'
    return refusal(exchange, 'internal')
  }
  exchange.integration.status = answer.status
  return answer
}

/** The message of a function's error, of any form. */
export function errorMessage(payload: Uint8Array): string {
  try {
    const { errorMessage: text } = JSON.parse(Buffer.from(payload).toString())
    return typeof text === 'string' ? text : ''
  } catch {
    return ''
  }
}
