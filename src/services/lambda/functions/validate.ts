import { functionArn } from '../names.ts'
import { policyDocument } from '../permissions/AddPermission.ts'
import type { Input, Lambda, LayerRow, LogLevels, VersionRow } from '../state.ts'
import { environmentBytesMax, InvalidParameterValueException, layersPerFunctionMax, unzippedBytesMax, ValidationException } from '../state.ts'
import { checkProvidedRoleMaySend, deadLetterArn } from '../async/destinations.ts'
import { durableOf } from '../durable/config.ts'
import { fileSystemOf, vpcOf } from './attachments.ts'
import { checkSnapStart } from '../snapstart/settings.ts'
import { layerRows } from './function.ts'

export type Settings = Omit<Input<'UpdateFunctionConfiguration'>, 'FunctionName' | 'RevisionId'>

const runtimes = /^(nodejs(20|22|24)\.x|python3\.(10|11|12|13|14)|java(17|21|25)|ruby3\.[2-4]|dotnet(8|10)|provided\.al2(023)?)$/
const reserved = new Set(['_HANDLER', '_X_AMZN_TRACE_ID', 'AWS_DEFAULT_REGION', 'AWS_REGION', 'AWS_EXECUTION_ENV', 'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE', 'AWS_LAMBDA_FUNCTION_VERSION', 'AWS_LAMBDA_INITIALIZATION_TYPE', 'AWS_LAMBDA_LOG_GROUP_NAME', 'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_LAMBDA_RUNTIME_API', 'LAMBDA_TASK_ROOT', 'LAMBDA_RUNTIME_DIR'])

/** Features of the request that do not act here are refused by name: a function must not be thought to have them. */
export function refuseUnsupported(input: Record<string, any>): void {
  const refuse = (what: string) => { throw new InvalidParameterValueException(`${what} is not supported by this cloud yet.`) }
  if (input.PackageType === 'Image' || input.ImageUri || input.Code?.ImageUri) {
    throw new InvalidParameterValueException('Container images are not supported by this cloud yet. Deploy the function as a zip file.')
  }
  if (input.Code?.SourceKMSKeyArn) refuse('SourceKMSKeyArn')
  for (const name of ['CapacityProviderConfig', 'PublishTo', 'SourceKMSKeyArn']) {
    if (input[name]) refuse(name)
  }
  if (input.ImageConfig && Object.keys(input.ImageConfig).length > 0) refuse('ImageConfig')
}

/** A runtime must be one of Lambda's, and one that this host can run. */
export async function checkRuntime(lambda: Lambda, runtime: string): Promise<void> {
  if (!runtimes.test(runtime)) {
    throw new InvalidParameterValueException(`Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [`
      + 'nodejs20.x, nodejs22.x, nodejs24.x, '
      + 'python3.10, python3.11, python3.12, python3.13, python3.14, java17, java21, java25, ruby3.2, ruby3.3, ruby3.4, dotnet8, dotnet10, provided.al2, '
      + 'provided.al2023] or be a valid ARN')
  }
  if (runtime.startsWith('dotnet')) {
    throw new InvalidParameterValueException(`The runtime ${runtime} is not supported by this cloud yet. Deploy the function with provided.al2023, as a native `
      + 'program (`dotnet publish` with PublishAot) or as a self-contained one, with Amazon.Lambda.RuntimeSupport.')
  }
  const have = await lambda.config.sandboxes.runtimes()
  if (!have.some(found => found.name === runtime)) {
    const names = have.map(found => found.name).join(', ') || 'none'
    throw new InvalidParameterValueException(`The runtime ${runtime} is not installed on this host (it has: ${names}). \`fogbank doctor\` says how to get it.`)
  }
}

const rangeOf = (value: number | undefined, name: string, min: number, max: number) => {
  if (value === undefined || (Number.isInteger(value) && value >= min && value <= max)) return
  const bound = value > max ? `less than or equal to ${max}` : `greater than or equal to ${min}`
  throw new ValidationException(`1 validation error detected: Value '${value}' at '${name}' failed to satisfy constraint: Member must have value ${bound}`)
}

function checkEnvironment(variables: Record<string, string>): void {
  const bad = Object.keys(variables).filter(name => reserved.has(name))
  if (bad.length > 0) {
    throw new InvalidParameterValueException('Lambda was unable to configure your environment variables because the environment variables you have provided '
      + `contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${bad.join(', ')}`)
  }
  const size = Buffer.byteLength(JSON.stringify(variables))
  if (size > environmentBytesMax) {
    throw new InvalidParameterValueException('Lambda was unable to configure your environment variables because the environment variables you have provided '
      + `exceeded the 4KB limit. String measured: ${JSON.stringify(variables)}`)
  }
}

/** Puts the settings of a request over a version's, checked. */
export async function settle(lambda: Lambda, row: VersionRow, input: Settings, isNew = false): Promise<VersionRow> {
  refuseUnsupported(input)
  rangeOf(input.Timeout, 'timeout', 1, 900)
  rangeOf(input.MemorySize, 'memorySize', 128, 10_240)
  rangeOf(input.EphemeralStorage?.Size, 'ephemeralStorage.size', 512, 10_240)
  if (input.Role !== undefined) await checkRole(lambda, row.name, input.Role)
  if (input.Runtime !== undefined) await checkRuntime(lambda, input.Runtime)
  const variables = input.Environment?.Variables
  if (variables) checkEnvironment(variables)
  const deadLetter = input.DeadLetterConfig ? deadLetterArn(input.DeadLetterConfig.TargetArn) : row.deadLetterArn
  if (deadLetter !== undefined && (input.DeadLetterConfig || input.Role !== undefined)) {
    await checkProvidedRoleMaySend(lambda, { name: row.name, role: input.Role ?? row.role }, deadLetter)
  }
  if (input.Layers) await checkLayers(lambda, input.Layers)
  const vpc = await vpcOf(lambda, { ...row, role: input.Role ?? row.role }, input)
  const fileSystem = fileSystemOf(lambda, row, input, vpc)
  const { deadLetterArn: _, logLevels: _l, vpc: _v, fileSystem: _f, snapStart: _s, ...rest } = row
  const snapStart = (input.SnapStart ? input.SnapStart.ApplyOn : row.snapStart) === 'PublishedVersions' && { snapStart: 'PublishedVersions' as const }
  const durable = durableOf(row, input.DurableConfig, isNew)
  const logLevels = logLevelsOf(row, input.LoggingConfig)
  const settled = {
    ...rest, ...snapStart, ...vpc && { vpc }, ...fileSystem && { fileSystem }, ...durable && { durable }, ...logLevels && { logLevels },
    ...deadLetter !== undefined && { deadLetterArn: deadLetter },
    runtime: input.Runtime ?? row.runtime,
    handler: input.Handler ?? row.handler,
    role: input.Role ?? row.role,
    description: input.Description ?? row.description,
    timeoutSeconds: input.Timeout ?? row.timeoutSeconds,
    memoryMB: input.MemorySize ?? row.memoryMB,
    ephemeralStorageMB: input.EphemeralStorage?.Size ?? row.ephemeralStorageMB,
    environment: variables ?? (input.Environment ? {} : row.environment),
    tracing: input.TracingConfig?.Mode ?? row.tracing,
    layers: input.Layers ?? row.layers,
    logGroup: input.LoggingConfig?.LogGroup ?? row.logGroup,
  }
  if (input.Layers) await checkUnzipped(lambda, settled)
  await checkSnapStart(lambda, settled, input.SnapStart !== undefined)
  return settled
}

/** The levels of the JSON format, INFO where a request and the version name none; text has none. */
function logLevelsOf({ logLevels }: VersionRow, logging: Settings['LoggingConfig']): LogLevels | undefined {
  if (!logging) return logLevels
  const { LogFormat = logLevels ? 'JSON' : 'Text', ApplicationLogLevel, SystemLogLevel } = logging
  if (LogFormat === 'JSON') {
    return { application: ApplicationLogLevel ?? logLevels?.application ?? 'INFO', system: SystemLogLevel ?? logLevels?.system ?? 'INFO' }
  }
  if (ApplicationLogLevel || SystemLogLevel) {
    throw new InvalidParameterValueException('To use ApplicationLogLevel or SystemLogLevel, the LogFormat must be set to JSON.')
  }
  return undefined
}

async function checkLayers(lambda: Lambda, layers: string[]): Promise<void> {
  if (layers.length > layersPerFunctionMax) throw new InvalidParameterValueException(`Cannot reference more than ${layersPerFunctionMax} layers.`)
  const rows = await layerRows(lambda, layers)
  await checkLayersMayBeUsed(lambda, rows, layers)
  const names = rows.map(row => row.name)
  if (new Set(names).size < names.length) {
    throw new InvalidParameterValueException('Two different versions of the same layer are not allowed to be referenced in the same function.')
  }
  if (unzippedOf(rows) > unzippedBytesMax) throw new InvalidParameterValueException(`Layers consume more than the available size of ${unzippedBytesMax} bytes`)
}

const unzippedOf = (rows: LayerRow[]): number => rows.reduce((sum, row) => sum + (row.unzippedBytes ?? row.codeSizeBytes), 0)

/** Throws where the code and its layers are, unzipped, more than a function may have. */
export async function checkUnzipped(lambda: Lambda, row: Pick<VersionRow, 'layers' | 'unzippedBytes'>): Promise<void> {
  if (row.layers.length === 0) return
  const bytes = unzippedOf(await layerRows(lambda, row.layers)) + (row.unzippedBytes ?? 0)
  if (bytes <= unzippedBytesMax) return
  throw new InvalidParameterValueException(`Function code combined with layers exceeds the maximum allowed size of ${unzippedBytesMax} bytes. `
    + `The actual size is ${bytes} bytes.`)
}

/** Layers of other accounts need a word of their policy, and of the caller's own; deleted ones cannot be taken any more. */
async function checkLayersMayBeUsed(lambda: Lambda, rows: LayerRow[], arns: string[]): Promise<void> {
  for (const [index, row] of rows.entries()) {
    const arn = arns[index]!
    if (row.isDeleted) throw new InvalidParameterValueException(`Layer version ${arn} does not exist.`)
    const { policy } = row
    await lambda.authorize({ action: 'lambda:GetLayerVersion', resource: arn, ...policy && { resourcePolicy: policyDocument(policy) } })
  }
}

/** The caller must be allowed to hand the role over, and the role must trust Lambda. */
export async function checkRole(lambda: Lambda, name: string, role: string): Promise<void> {
  await lambda.authorize({
    action: 'iam:PassRole', resource: role,
    conditions: { 'iam:PassedToService': 'lambda.amazonaws.com', 'iam:AssociatedResourceArn': functionArn(lambda, name) },
  })
  try {
    await lambda.state.credentials.trial(lambda, role, name)
  } catch {
    throw new InvalidParameterValueException('The role defined for the function cannot be assumed by Lambda.')
  }
}
