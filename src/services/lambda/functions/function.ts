import { shownDurable } from '../durable/config.ts'
import { functionArn, functionName, layerArn, parseLayerArn, versionLabel } from '../names.ts'
import type { AliasRow, FunctionRow, Lambda, Output, VersionRow } from '../state.ts'
import { PreconditionFailedException, ResourceNotFoundException } from '../state.ts'
import { shownEnvironment } from './environment.ts'

/** The row that all versions share; ResourceNotFoundException where the function is not there. */
export async function functionRow(lambda: Lambda, name: string, qualifier?: string): Promise<FunctionRow> {
  const row = await lambda.tables.functions.get(name)
  if (!row) throw new ResourceNotFoundException(`Function not found: ${functionArn(lambda, name, qualifier)}`)
  return row
}

/** The version behind a qualifier ($LATEST where there is none), and the alias, where the qualifier is one. */
export async function resolve(lambda: Lambda, name: string, qualifier?: string): Promise<{ row: VersionRow, alias?: AliasRow }> {
  const missing = () => new ResourceNotFoundException(`Function not found: ${functionArn(lambda, name, qualifier)}`)
  if (qualifier === undefined || qualifier === '$LATEST' || /^\d+$/.test(qualifier)) {
    const row = await lambda.tables.versions.get(name, Number(/^\d+$/.test(qualifier ?? '') ? qualifier : 0))
    if (!row || qualifier === '0') throw missing()
    return { row }
  }
  const alias = await lambda.tables.aliases.get(name, qualifier)
  if (!alias) throw missing()
  const row = await lambda.tables.versions.get(name, alias.version === '$LATEST' ? 0 : Number(alias.version))
  if (!row) throw missing()
  return { row, alias }
}

/** Runs a change of a function in one transaction, and afterwards forgets what is known of it in memory. */
export async function changing<T>(lambda: Lambda, name: string, work: (scope: Lambda) => Promise<T>, recycle = false): Promise<T> {
  const result = await lambda.transact(work)
  const arn = functionArn(lambda, name)
  lambda.state.cache.forget(arn)
  lambda.state.snapshots.begin(lambda)
  if (recycle) lambda.state.environments.recycle(arn)
  return result
}

/** Throws unless the caller knows the latest revision, where it names one. */
export function checkRevision(expected: string | undefined, actual: string | undefined): void {
  if (expected !== undefined && expected !== actual) {
    throw new PreconditionFailedException(
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id'
    )
  }
}

/** `2026-11-23T10:11:12.123+0000`, as Lambda writes times. */
export const lambdaTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000')

/** The configuration as lists show it. */
export async function configuration(lambda: Lambda, row: VersionRow, qualifier?: string): Promise<Output<'GetFunctionConfiguration'>> {
  const label = versionLabel(row.version)
  const environment = await shownEnvironment(lambda, row)
  return {
    FunctionName: row.name,
    FunctionArn: functionArn(lambda, row.name, qualifier ?? (row.version === 0 ? undefined : label)),
    Runtime: row.runtime as Output<'GetFunctionConfiguration'>['Runtime'],
    Role: row.role,
    Handler: row.handler,
    CodeSize: row.codeSizeBytes,
    Description: row.description,
    Timeout: row.timeoutSeconds,
    MemorySize: row.memoryMB,
    LastModified: row.lastModified,
    CodeSha256: row.codeSha256,
    Version: label,
    ...shownDurable(row),
    ...row.deadLetterArn && { DeadLetterConfig: { TargetArn: row.deadLetterArn } },
    ...environment && { Environment: environment }, ...row.kmsKeyArn !== undefined && { KMSKeyArn: row.kmsKeyArn },
    ...row.vpc && {
      VpcConfig: { SubnetIds: row.vpc.subnetIds, SecurityGroupIds: row.vpc.securityGroupIds, VpcId: '', Ipv6AllowedForDualStack: row.vpc.ipv6 },
    },
    ...row.fileSystem && { FileSystemConfigs: [{ Arn: row.fileSystem.arn, LocalMountPath: row.fileSystem.localMountPath }] },
    TracingConfig: { Mode: row.tracing },
    RevisionId: row.revisionId,
    ...row.layers.length > 0 && { Layers: row.layers.map(Arn => ({ Arn })) },
    PackageType: 'Zip',
    Architectures: [row.architecture],
    EphemeralStorage: { Size: row.ephemeralStorageMB },
    SnapStart: { ApplyOn: row.snapStart ?? 'None', OptimizationStatus: row.snapshot === undefined ? 'Off' : 'On' },
    ...row.tenancy && { TenancyConfig: { TenantIsolationMode: row.tenancy } },
    LoggingConfig: {
      LogFormat: row.logLevels ? 'JSON' : 'Text', LogGroup: row.logGroup,
      ...row.logLevels && { ApplicationLogLevel: row.logLevels.application, SystemLogLevel: row.logLevels.system },
    },
  }
}

/** The ARN that a request names, for authorization rules: with the qualifier, where there is one. */
export function namedArn(lambda: Lambda, input: { FunctionName?: string | undefined, Qualifier?: string | undefined }): string {
  const { name, qualifier } = functionName(lambda, input.FunctionName, input.Qualifier)
  return functionArn(lambda, name, qualifier)
}

/** Checks that the layers are there; answers the rows in their order. */
export async function layerRows(lambda: Lambda, layers: string[]) {
  const rows = []
  for (const text of layers) {
    const layer = parseLayerArn(text)
    const row = layer && await lambda.in({ account: layer.account, region: layer.region }).tables.layers.get(layer.name, layer.version)
    if (!row) throw new ResourceNotFoundException(`Layer version ${layer ? layerArn(lambda, layer.name, layer.version) : text} does not exist.`)
    rows.push(row)
  }
  return rows
}
