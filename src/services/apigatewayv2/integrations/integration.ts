import { parseArn } from '../../../platform/arns.ts'
import {
  apiWithId, BadRequestException, integrationsPerApiMax, integrationTimeoutMsMax, newPartId, NotFoundException, present, refuse, TooManyRequestsException,
  type ApiGateway, type ApiRow, type Input, type IntegrationRow, type Output,
} from '../state.ts'
import { checkRequestParameters, checkResponseParameters, mergedParameters } from './parameters.ts'
import { subtypes } from './subtypes.ts'

type Given = Partial<Omit<Input<'UpdateIntegration'>, 'ApiId' | 'IntegrationId'>>

const webSocketOnly = ['ContentHandlingStrategy', 'PassthroughBehavior', 'RequestTemplates', 'TemplateSelectionExpression'] as const

interface Named { ApiId: string | undefined, IntegrationId: string | undefined }

/** An integration of an API of the caller's; NotFoundException where it is not there. */
export async function integrationOf(gateway: ApiGateway, input: Named): Promise<{ api: ApiRow, row: IntegrationRow }> {
  const api = await apiWithId(gateway, input.ApiId)
  const row = await gateway.tables.integrations.get(api.id, input.IntegrationId ?? '')
  if (!row) throw new NotFoundException('Invalid Integration identifier specified')
  return { api, row }
}

export async function addIntegration(gateway: ApiGateway, apiId: string, input: Given): Promise<IntegrationRow> {
  if ((await gateway.tables.integrations.list({ prefix: [apiId] })).length >= integrationsPerApiMax) {
    throw new TooManyRequestsException('Maximum number of integrations for this API has been reached.')
  }
  return changeIntegration(gateway, { apiId, id: newPartId(), type: 'AWS_PROXY', payloadFormatVersion: '1.0', timeoutMs: integrationTimeoutMsMax }, input)
}

/** Puts the row with what is given; every check of CreateIntegration and UpdateIntegration. */
export async function changeIntegration(gateway: ApiGateway, before: IntegrationRow, input: Given): Promise<IntegrationRow> {
  refuse(input, webSocketOnly.filter(name => Object.keys(input[name] ?? {}).length > 0))
  const type = input.IntegrationType ?? before.type
  if (type !== 'AWS_PROXY' && type !== 'HTTP_PROXY') {
    throw new BadRequestException(`The integration type ${type} is not supported for HTTP APIs: AWS_PROXY and HTTP_PROXY are.`)
  }
  if (input.ConnectionType === 'VPC_LINK' || input.ConnectionId || input.TlsConfig) {
    throw new BadRequestException('VPC links, and the TlsConfig of what is behind them, are not supported by Fogbank.')
  }
  const version = input.PayloadFormatVersion ?? before.payloadFormatVersion
  if (version !== '1.0' && version !== '2.0') throw new BadRequestException('Invalid PayloadFormatVersion specified. Supported values are 1.0 and 2.0')
  const timeoutMs = input.TimeoutInMillis ?? before.timeoutMs
  if (timeoutMs < 50 || timeoutMs > integrationTimeoutMsMax) throw new BadRequestException(`Timeout should be between 50 ms and ${integrationTimeoutMsMax} ms`)
  if (input.ResponseParameters) checkResponseParameters(input.ResponseParameters)
  const byStatus = Object.entries({ ...before.responseParameters, ...input.ResponseParameters })
  const responseParameters = Object.fromEntries(byStatus.filter(([, mappings]) => Object.keys(mappings).length > 0))
  const requestParameters = mergedParameters(before.requestParameters, input.RequestParameters ?? {})
  const row: IntegrationRow = {
    apiId: before.apiId, id: before.id, type, payloadFormatVersion: version, timeoutMs, ...present({
      subtype: input.IntegrationSubtype ?? before.subtype, uri: input.IntegrationUri ?? before.uri, method: input.IntegrationMethod ?? before.method,
      credentialsArn: input.CredentialsArn === undefined ? before.credentialsArn : input.CredentialsArn || undefined,
      description: input.Description === undefined ? before.description : input.Description || undefined,
      requestParameters: Object.keys(requestParameters).length > 0 ? requestParameters : undefined,
      responseParameters: Object.keys(responseParameters).length > 0 ? responseParameters : undefined,
    }),
  }
  if (row.credentialsArn !== undefined && row.credentialsArn !== before.credentialsArn) await mayPass(gateway, row.credentialsArn)
  const checked = row.subtype === undefined ? proxy(row) : firstClass(gateway, row)
  await gateway.tables.integrations.put(checked)
  return checked
}

/** The caller has to be allowed to give the role to API Gateway. */
export async function mayPass(gateway: ApiGateway, roleArn: string): Promise<void> {
  const arn = parseArn(roleArn)
  if (arn?.service !== 'iam' || !arn.resource.startsWith('role/')) {
    throw new BadRequestException('Invalid ARN specified in the request: the credentials must be the ARN of a role')
  }
  await gateway.authorize({ action: 'iam:PassRole', resource: roleArn, conditions: { 'iam:PassedToService': 'apigateway.amazonaws.com' } })
}

function proxy(row: IntegrationRow): IntegrationRow {
  if (row.requestParameters) checkRequestParameters(row.requestParameters)
  if (!row.uri) throw new BadRequestException('IntegrationUri must be specified')
  if (row.type === 'HTTP_PROXY') {
    if (!/^https?:\/\/[^/]/.test(row.uri)) throw new BadRequestException('Invalid HTTP endpoint specified for URI')
    if (row.payloadFormatVersion !== '1.0') throw new BadRequestException('PayloadFormatVersion 2.0 is not supported for HTTP_PROXY integrations')
    return { ...row, method: row.method ?? 'ANY' }
  }
  if (!/^arn:[\w-]+:(?:lambda|apigateway):/.test(row.uri)) throw new BadRequestException('Invalid function ARN or invalid URI')
  return { ...row, method: row.method ?? 'POST' }
}

function firstClass(gateway: ApiGateway, row: IntegrationRow): IntegrationRow {
  const subtype = Object.hasOwn(subtypes, row.subtype!) ? subtypes[row.subtype!] : undefined
  if (!subtype || !gateway.config.services.includes(subtype.service)) {
    throw new BadRequestException(`The integration subtype ${row.subtype} is not supported by Fogbank.`)
  }
  if (row.type !== 'AWS_PROXY') throw new BadRequestException('Integration subtypes are only supported for AWS_PROXY integrations')
  if (row.payloadFormatVersion !== '1.0') throw new BadRequestException(`PayloadFormatVersion ${row.payloadFormatVersion} is not supported for ${row.subtype}`)
  if (row.credentialsArn === undefined) throw new BadRequestException('Credentials ARN must be specified for integrations with a subtype')
  const given = Object.keys(row.requestParameters ?? {})
  const missing = subtype.required.filter(name => !given.includes(name))
  if (missing.length > 0) throw new BadRequestException(`Invalid IntegrationParameters. Missing required parameters: ${missing.join(', ')}`)
  const unknown = given.filter(name => !subtype.required.includes(name) && !subtype.optional.includes(name))
  if (unknown.length > 0) throw new BadRequestException(`Invalid IntegrationParameters. Unknown parameters: ${unknown.join(', ')}`)
  const { uri: _, ...rest } = row
  return rest
}

export const integrationOutput = (row: IntegrationRow, managed = false): Output<'GetIntegration'> => ({
  IntegrationId: row.id, IntegrationType: row.type, PayloadFormatVersion: row.payloadFormatVersion, TimeoutInMillis: row.timeoutMs, ConnectionType: 'INTERNET',
  ...present({
    IntegrationSubtype: row.subtype, IntegrationUri: row.uri, IntegrationMethod: row.method, CredentialsArn: row.credentialsArn, Description: row.description,
    RequestParameters: row.requestParameters, ResponseParameters: row.responseParameters,
  }), ...managed && { ApiGatewayManaged: true },
})
