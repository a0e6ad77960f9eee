import { apiWithId, BadRequestException, integrationTimeoutMsMax, newPartId, refuse, type ApiGateway, type Input, type IntegrationRow, type Output } from '../state.ts'

/** Adds an integration: a Lambda function (AWS_PROXY) or an HTTP address (HTTP_PROXY). */
export async function CreateIntegration(gateway: ApiGateway, input: Input<'CreateIntegration'>): Promise<Output<'CreateIntegration'>> {
  const api = await apiWithId(gateway, input.ApiId)
  return integrationOutput(await addIntegration(gateway, api.id, input))
}

export async function addIntegration(gateway: ApiGateway, apiId: string, input: Omit<Input<'CreateIntegration'>, 'ApiId'>): Promise<IntegrationRow> {
  refuse(input, ['ConnectionId', 'CredentialsArn', 'IntegrationSubtype', 'RequestParameters', 'ResponseParameters', 'RequestTemplates', 'TemplateSelectionExpression', 'TlsConfig'])
  const { IntegrationType: type, IntegrationUri: uri, PayloadFormatVersion: version = '1.0', TimeoutInMillis: timeoutMs = integrationTimeoutMsMax } = input
  if (type !== 'AWS_PROXY' && type !== 'HTTP_PROXY') throw new BadRequestException(`The integration type ${type} is not supported by Fogbank for HTTP APIs.`)
  if (typeof uri !== 'string' || uri === '') throw new BadRequestException('IntegrationUri must be specified')
  if (type === 'HTTP_PROXY' && !/^https?:\/\//.test(uri)) throw new BadRequestException('Invalid HTTP endpoint specified for URI')
  if (version !== '1.0' && version !== '2.0') throw new BadRequestException(`PayloadFormatVersion must be 1.0 or 2.0, not ${version}`)
  if (timeoutMs < 50 || timeoutMs > integrationTimeoutMsMax) throw new BadRequestException(`Timeout should be between 50 ms and ${integrationTimeoutMsMax} ms`)
  const row: IntegrationRow = {
    apiId, id: newPartId(), type, uri, method: input.IntegrationMethod ?? 'POST', payloadFormatVersion: version, timeoutMs, ...input.Description !== undefined && { description: input.Description },
  }
  await gateway.tables.integrations.put(row)
  return row
}

export const integrationOutput = (row: IntegrationRow): Output<'GetIntegration'> => ({
  IntegrationId: row.id, IntegrationType: row.type, IntegrationUri: row.uri, IntegrationMethod: row.method, PayloadFormatVersion: row.payloadFormatVersion,
  TimeoutInMillis: row.timeoutMs, ConnectionType: 'INTERNET', ...row.description !== undefined && { Description: row.description },
})
