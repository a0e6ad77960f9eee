import type { ResourceContext } from '../../../platform/resource-type.ts'

// Properties of AWS::Lambda::Function that an API of their own sets.

type Properties = Record<string, any>

const runtimeInput = ({ UpdateRuntimeOn, RuntimeVersionArn }: Properties) => ({ UpdateRuntimeOn, ...RuntimeVersionArn !== undefined && { RuntimeVersionArn } })
const changed = (name: string, wanted: Properties, previous: Properties) => JSON.stringify(wanted[name]) !== JSON.stringify(previous[name])

/** Reserves concurrency, sets recursion, the runtime's management and the code signing configuration; takes back what the template says no longer. */
export async function setBeside(resource: ResourceContext, FunctionName: string, wanted: Properties, previous: Properties = {}): Promise<void> {
  const { lambda } = resource.aws
  const reserved = wanted.ReservedConcurrentExecutions
  if (String(reserved) !== String(previous.ReservedConcurrentExecutions)) {
    if (reserved === undefined) await lambda.DeleteFunctionConcurrency({ FunctionName })
    else await lambda.PutFunctionConcurrency({ FunctionName, ReservedConcurrentExecutions: Number(reserved) })
  }
  if (changed('RecursiveLoop', wanted, previous)) await lambda.PutFunctionRecursionConfig({ FunctionName, RecursiveLoop: wanted.RecursiveLoop ?? 'Terminate' })
  if (changed('RuntimeManagementConfig', wanted, previous)) {
    await lambda.PutRuntimeManagementConfig({ FunctionName, ...runtimeInput(wanted.RuntimeManagementConfig ?? { UpdateRuntimeOn: 'Auto' }) } as any)
  }
}

/** The code signing configuration of a function that is there: it has to count before new code comes. */
export async function setSigning({ aws: { lambda } }: ResourceContext, FunctionName: string, wanted: Properties, previous: Properties): Promise<void> {
  if (!changed('CodeSigningConfigArn', wanted, previous)) return
  const { CodeSigningConfigArn } = wanted
  if (CodeSigningConfigArn === undefined) await lambda.DeleteFunctionCodeSigningConfig({ FunctionName })
  else await lambda.PutFunctionCodeSigningConfig({ FunctionName, CodeSigningConfigArn })
}

/** Without what other operations take than CreateFunction and UpdateFunctionConfiguration; numbers and truth may be text. */
export function settings(properties: Properties): Properties {
  const {
    FunctionName: _n, Code: _c, Tags: _t, Architectures: _a, ReservedConcurrentExecutions: _r, RecursiveLoop: _l, RuntimeManagementConfig: _m,
    CodeSigningConfigArn: _s,
    TenancyConfig: _i, PackageType: _p, KmsKeyArn, ...rest
  } = properties
  const { Timeout, MemorySize, EphemeralStorage, VpcConfig: vpc } = rest
  return {
    ...rest, ...KmsKeyArn !== undefined && { KMSKeyArn: KmsKeyArn },
    ...Timeout !== undefined && { Timeout: Number(Timeout) }, ...MemorySize !== undefined && { MemorySize: Number(MemorySize) },
    ...EphemeralStorage && { EphemeralStorage: { Size: Number(EphemeralStorage.Size) } },
    ...vpc &&
      { VpcConfig: { ...vpc, ...vpc.Ipv6AllowedForDualStack !== undefined && { Ipv6AllowedForDualStack: String(vpc.Ipv6AllowedForDualStack) === 'true' } } },
  }
}

/** What a property goes back to when the template names it no longer. */
export const defaults: Properties = {
  Description: '', Timeout: 3, MemorySize: 128, Environment: { Variables: {} }, KmsKeyArn: '', Layers: [], EphemeralStorage: { Size: 512 },
  TracingConfig: { Mode: 'PassThrough' }, DeadLetterConfig: { TargetArn: '' }, LoggingConfig: { LogFormat: 'Text' },
  VpcConfig: { SubnetIds: [], SecurityGroupIds: [] }, FileSystemConfigs: [], SnapStart: { ApplyOn: 'None' },
}
