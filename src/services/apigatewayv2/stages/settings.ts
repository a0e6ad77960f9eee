import type { AccessLogSettings, RouteSettings as Given, Stage } from '@aws-sdk/client-apigatewayv2'
import { parseArn } from '../../../platform/arns.ts'
import { accessLogFormatBytesMax, BadRequestException, present, stageVariablesMax, type ApiGateway, type RouteSettings, type StageRow } from '../state.ts'

/** A stage's route settings as rows hold them. Execution logs belong to WebSocket APIs. */
export function settingsOf(given: Given): RouteSettings {
  if (given.DataTraceEnabled || (given.LoggingLevel !== undefined && given.LoggingLevel !== 'OFF')) {
    throw new BadRequestException('Execution logs are not supported on protocolType HTTP')
  }
  const { ThrottlingBurstLimit: burst, ThrottlingRateLimit: rate, DetailedMetricsEnabled: detailed } = given
  if ((burst !== undefined && burst < 0) || (rate !== undefined && rate < 0)) throw new BadRequestException('Throttling limits must not be negative')
  return present({ throttlingBurstLimit: burst, throttlingRateLimit: rate, detailedMetricsEnabled: detailed })
}

const settingsOutput = (row: RouteSettings): Given => ({
  DetailedMetricsEnabled: row.detailedMetricsEnabled ?? false, ...row.throttlingBurstLimit !== undefined && { ThrottlingBurstLimit: row.throttlingBurstLimit },
  ...row.throttlingRateLimit !== undefined && { ThrottlingRateLimit: row.throttlingRateLimit },
})

/** Settings by route key; each key has to be a route of the API. */
export async function routeSettingsOf(gateway: ApiGateway, apiId: string, given: Record<string, Given>): Promise<Record<string, RouteSettings>> {
  const keys = new Set((await gateway.tables.routes.list({ prefix: [apiId] })).map(route => route.key))
  const missing = Object.keys(given).find(key => !keys.has(key))
  if (missing !== undefined) throw new BadRequestException(`Unable to find Route by key ${missing} within the provided RouteSettings`)
  return Object.fromEntries(Object.entries(given).map(([key, each]) => [key, settingsOf(each)]))
}

/** Where access logs go: a log group in CloudWatch Logs, and the line that is written for each request. */
export function accessLogOf(given: AccessLogSettings): StageRow['accessLog'] {
  const { DestinationArn: destinationArn = '', Format: format = '' } = given
  if (destinationArn === '' && format === '') return undefined
  const arn = parseArn(destinationArn)
  if (arn?.service === 'firehose') throw new BadRequestException('Access logs to Amazon Data Firehose are not supported by Fogbank.')
  if (arn?.service !== 'logs' || !arn.resource.startsWith('log-group:')) {
    throw new BadRequestException('Invalid ARN specified in the request. ARNs must start with \'arn:\', and the resource must be a log group')
  }
  if (format === '') throw new BadRequestException('Access log format must be specified')
  if (Buffer.byteLength(format) > accessLogFormatBytesMax) throw new BadRequestException(`Access log format must be at most ${accessLogFormatBytesMax} bytes`)
  if (!/\$context\.(?:requestId|extendedRequestId)\b/.test(format)) {
    throw new BadRequestException('Access Log format must include at least one of $context.requestId or $context.extendedRequestId')
  }
  if (/[\r\n]/.test(format.trimEnd())) {
    throw new BadRequestException('Access log format must be single line, new line character is allowed only at end of the format')
  }
  return { destinationArn: destinationArn.replace(/:\*$/, ''), format }
}

/** Checks a stage's variables; a value of '' takes the variable away. */
export function variablesOf(given: Record<string, string>): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    if (!/^\w{1,64}$/.test(name)) throw new BadRequestException('Stage variable names must be 1 to 64 letters, digits and underscores')
    if (!/^[A-Za-z0-9\-._~:/?#&=,]{0,512}$/.test(value)) {
      throw new BadRequestException(`Stage variable values may only contain [A-Za-z0-9-._~:/?#&=,]+, not that of ${name}`)
    }
  }
  const kept = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''))
  if (Object.keys(kept).length > stageVariablesMax) throw new BadRequestException(`A stage has at most ${stageVariablesMax} variables`)
  return kept
}

export const stageOutput = (row: StageRow, managed = false): Stage => ({
  StageName: row.name, AutoDeploy: row.autoDeploy, CreatedDate: new Date(row.createdAt), LastUpdatedDate: new Date(row.updatedAt),
  StageVariables: row.variables, Tags: row.tags,
  DefaultRouteSettings: settingsOutput(row.defaultRouteSettings ?? {}),
  RouteSettings: Object.fromEntries(Object.entries(row.routeSettings ?? {}).map(([key, settings]) => [key, settingsOutput(settings)])),
  ...row.accessLog && { AccessLogSettings: { DestinationArn: row.accessLog.destinationArn, Format: row.accessLog.format } },
  ...present({ Description: row.description, DeploymentId: row.deploymentId, LastDeploymentStatusMessage: row.deploymentMessage }),
  ...managed && { ApiGatewayManaged: true },
})
